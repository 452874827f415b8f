{#- What an upsert does with rows that say their key is deleted. -#}
{% from "by_key.sql" import equal with context %}

{% macro is_older(side) -%}
(
                    staged.{{ order_by }} < {{ side }}.{{ order_by }}
                    or staged.{{ order_by }} is null and {{ side }}.{{ order_by }} is not null
                )
{%- endmacro %}

{% macro remove_flagged() %}
{%- if order_by %}
    -- A row that is older than the deletion of its key does not bring it back.
    with late as (
        delete from pg_temp.staged as staged
        using {{ gone }} as gone
        where
            {{ equal("staged", "gone") }}
            and {{ is_older("gone") }}
        returning staged._row_no
    )

    select count(*) into flagged_stale from late;
{% endif %}
    create temporary table flagged on commit drop as
    select
        {{ (key + ([order_column] if order_by else [])) | listed(8, "staged") }},
        case
            when live.{{ key[0] | quote }} is null then 'missing'
{%- if order_by %}
            when
                {{ is_older("live") }}
                then 'stale'
{%- endif %}
            else 'delete'
        end as _action
    from pg_temp.staged as staged
    left join {{ live }} as live
        on {{ equal("staged", "live") }}
    where staged.{{ deleted_when }};

    delete from {{ live }} as live
    using pg_temp.flagged as flagged
    where {{ equal("flagged", "live") }}
        and flagged._action = 'delete';
    get diagnostics flagged_deleted = row_count;

    select
        flagged_stale + count(*) filter (where flagged._action = 'stale'),
        count(*) filter (where flagged._action = 'missing')
    into flagged_stale, flagged_missing
    from pg_temp.flagged as flagged;

    delete from pg_temp.staged as staged where staged.{{ deleted_when }};
{%- if order_by %}

    delete from {{ gone }} as gone
    using pg_temp.staged as staged
    where {{ equal("staged", "gone") }};

    insert into {{ gone }} as gone (
        {{ (key + [order_column]) | listed(8) }}
    )
    select
        {{ (key + [order_column]) | listed(8, "flagged") }}
    from pg_temp.flagged as flagged
    where flagged._action <> 'stale'
    on conflict ({{ key | names }}) do update
        set {{ order_by }} = excluded.{{ order_by }};
{%- endif %}
    drop table pg_temp.flagged;
{% endmacro %}

{% macro count_flagged() %}
    updated := updated + flagged_deleted;
    deleted := flagged_deleted;
    unchanged := unchanged + flagged_missing;
    stale := stale + flagged_stale;
{%- endmacro %}
