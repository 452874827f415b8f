{#- What the keyed modes share: one winner per key, a verdict per key, then the changes. -#}
{% macro equal(left, right) -%}
{%- for name in key %}{{ left }}.{{ name | quote }} = {{ right }}.{{ name | quote }}
{{- " and " if not loop.last }}{% endfor -%}
{%- endmacro %}

{% macro values_of(side) -%}
(
                        {{ values | listed(24, side) }}
                    )
{%- endmacro %}

{% macro key_of(name) -%}
{%- if mode == "snapshot" -%}
coalesce(staged.{{ name }}, live.{{ name }}) as {{ name }}
{%- else -%}
staged.{{ name }}
{%- endif -%}
{%- endmacro %}

{% macro deduplicate(key, order_by) %}
    -- Of rows with one key the {{ "newest by " ~ order_by ~ ", then the last" if order_by else "last" }} in the file wins.
    if not etl.index_stage(this, {{ key | array }}) then
        delete from pg_temp.staged
        where _row_no in (
            select ranked._row_no
            from (
                select
                    _row_no,
                    row_number() over (
                        partition by {{ key | names }}
                        order by {{ order_by ~ " desc nulls last, " if order_by }}_row_no desc
                    ) as place
                from pg_temp.staged
            ) as ranked
            where ranked.place > 1
        );
        get diagnostics deduplicated = row_count;
        perform etl.index_stage(this, {{ key | array }});
    end if;
{%- endmacro %}

{% macro judge_and_change() %}
    -- One pass over both tables says what each key needs; only what needs something is kept.
    create temporary table changes on commit drop as
    select {{ key | names }}, '' as _action from {{ live }} with no data;

    with judged as materialized (
        select
{%- for name in key %}
            {{ key_of(name | quote) }},
{%- endfor %}
            case
                when live.{{ key[0] | quote }} is null then 'insert'
{%- if mode == "snapshot" %}
                when staged.{{ key[0] | quote }} is null then 'delete'
{%- endif %}
{%- if values %}
                when
                    {{ values_of("staged") }}
                    is distinct from
                    {{ values_of("live") }}
                    then {% if mode == "append" %}'stale'{% elif mode == "upsert" and order_by -%}
                        case
                            when staged.{{ order_by }} < live.{{ order_by }} then 'stale'
                            when staged.{{ order_by }} is null and live.{{ order_by }} is not null
                                then 'stale'
                            else 'update'
                        end
                    {%- else %}'update'{% endif %}
{%- endif %}
                else 'unchanged'
            end as _action
        from pg_temp.staged as staged
        {{ "full" if mode == "snapshot" else "left" }} join {{ live }} as live on {{ equal("staged", "live") }}
    ),

    kept as (
        insert into pg_temp.changes
        select * from judged
        where judged._action in ('insert', 'update', 'delete')
    )

    select
        count(*) filter (where judged._action = 'unchanged'),
        count(*) filter (where judged._action = 'stale'),
        count(*) filter (where judged._action = 'update'),
        count(*) filter (where judged._action = 'delete')
    into unchanged, stale, updated, deleted
    from judged;
    analyze pg_temp.changes;
{% if mode == "snapshot" %}
    perform etl.check_deletes(
        this, {{ live | literal }}, deleted, unchanged + updated + deleted,
        {{ max_deletes.share | literal }}, {{ max_deletes.count | literal }}
    );

    delete from {{ live }} as live
    using pg_temp.changes as changes
    where {{ equal("changes", "live") }} and changes._action = 'delete';
    get diagnostics deleted = row_count;
{% endif %}
{%- if values and mode != "append" %}
    update {{ live }} as live
    set
{%- for name in values %}
        {{ name | quote }} = staged.{{ name | quote }}{{ "," if not loop.last }}
{%- endfor %}
    from pg_temp.staged as staged
    inner join pg_temp.changes as changes on {{ equal("changes", "staged") }}
    where {{ equal("staged", "live") }} and changes._action = 'update';
    get diagnostics updated = row_count;
{% endif %}
    insert into {{ live }} (
        {{ names | listed(8) }}
    )
    select
        {{ names | listed(8, "staged") }}
    from pg_temp.staged as staged
    inner join pg_temp.changes as changes on {{ equal("changes", "staged") }}
    where changes._action = 'insert';
    get diagnostics inserted = row_count;
    drop table pg_temp.changes;
{%- endmacro %}
