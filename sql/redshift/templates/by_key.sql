{#- What the keyed modes share: one winner per key, a verdict per key, then the changes. -#}
{% from "text.sql" import equal, unchanged, grouped, is_older with context %}
{% from "evolve.sql" import compare_extras, write_extras with context %}

{#- `ordered`: of equal keys the newest by order_by wins, else the last in the file. -#}
{% macro deduplicate(columns, ordered) %}
    -- Of rows with one key the {{ "newest by " ~ order_column ~ ", then the last" if ordered else "last" }} in the file wins.
    delete from _staged
    where _row_no in (
        select ranked._row_no
        from (
            select
                _staged._row_no,
                row_number() over (
                    partition by
                        {{ grouped(columns, "_staged", 24) }}
                    order by
{%- if ordered %}
                        _staged.{{ order_column | quote }} desc nulls last,
{%- if order_column in texts %}
                        octet_length(_staged.{{ order_column | quote }}) desc nulls last,
{%- endif %}
{%- endif %}
                        _staged._row_no desc
                ) as place
            from _staged
        ) as ranked
        where ranked.place > 1
    );
    get diagnostics _deduplicated := row_count;
{%- endmacro %}

{% macro carry_rest() %}
    -- Mended rows of a file that was the whole truth are merged as a part of that file: beside them
    -- stands every row that the table holds of other keys, so that nothing is found to delete.
    if _fills_whole then
{%- if mode == "history" %}
        -- Keys of refused rows ended with the file that lacked them: those versions are open again.
        create temp table _reopened as
        select
            {{ key | listed(12, "_staged") }}
        from _staged
        left join (select * from {{ live }} where is_current) as live
            on {{ equal("_staged", "live", 16) }}
        where live.valid_from is null;

        update {{ live }}
        set
            valid_to = null,
            is_current = true
        from _reopened
        where {{ equal("_reopened", table, 12) }}
            and {{ table }}.valid_to = _sent;
        drop table _reopened;
{% endif %}
{%- if evolves %}
        execute {{ ("insert into _staged (" ~ (names | names) ~ ", _row_no") | literal }} || _extras
        || {{ (") select " ~ (names | listed(0, "live") | replace("\n", " ")) ~ ", 0") | literal }}
        || replace(_extras, ', ', ', live.')
        || {{ (" from " ~ live ~ " as live") | literal }}
{%- if key %}
        || {{ (" left join _staged on " ~ equal("_staged", "live", 0) | replace("\n", " ")) | literal }}
        || {{ (" where _staged._row_no is null" ~ (" and live.is_current" if mode == "history" else "")) | literal }}
{%- endif %};
{%- else %}
        insert into _staged (
            {{ names | listed(12) }},
            _row_no
        )
        select
            {{ names | listed(12, "live") }},
            0
        from {{ live }} as live
{%- if key %}
        left join _staged on {{ equal("_staged", "live", 12) }}
        where _staged._row_no is null{{ " and live.is_current" if mode == "history" }};
{%- else %};
{%- endif %}
{%- endif %}
        get diagnostics _carried := row_count;
    end if;
{%- endmacro %}

{% macro check_deletes(rows) %}
    call etl.check_deletes(
        _load_id, _live, _deleted, {{ rows }},
        {{ max_deletes.share | literal }}::double precision,
        {{ max_deletes.count | literal }}::bigint, _approved
    );
{%- endmacro %}

{% macro judge_and_change() %}
{%- if evolves %}
{{- compare_extras("") }}
{% endif %}
    -- A verdict per key; only what needs something is changed.
    create temp table _judged as
    select
        {{ key | listed(8, "_staged") }},
        case
            when live.{{ key[0] | quote }} is null then 'insert'
{%- if values or evolves %}
            when
                {{ unchanged("_staged", "live", 16) }}
                then 'unchanged'
{%- if mode == "append" %}
            else 'stale'
{%- elif mode == "upsert" and order_column %}
            when
                {{ is_older("_staged", "live") | indent(8) }}
                then 'stale'
            else 'update'
{%- else %}
            else 'update'
{%- endif %}
{%- else %}
            else 'unchanged'
{%- endif %}
        end::varchar(9) as _action
    from _staged
    left join {{ live }} as live
        on {{ equal("_staged", "live", 8) }};
{%- if mode == "snapshot" %}

    insert into _judged
    select
        {{ key | listed(8, "live") }},
        'delete'
    from {{ live }} as live
    left join _staged
        on {{ equal("_staged", "live", 8) }}
    where _staged.{{ key[0] | quote }} is null;
{%- endif %}

    select
        coalesce(sum(case when _action = 'unchanged' then 1 else 0 end), 0),
        coalesce(sum(case when _action = 'stale' then 1 else 0 end), 0),
        coalesce(sum(case when _action = 'update' then 1 else 0 end), 0),
        coalesce(sum(case when _action = 'delete' then 1 else 0 end), 0)
    into _unchanged, _stale, _updated, _deleted
    from _judged;
{%- if mode == "snapshot" %}

    _live_rows := _unchanged + _updated + _deleted;
{{- check_deletes("_live_rows") }}

    delete from {{ live }}
    using _judged
    where {{ equal("_judged", table) }}
        and _judged._action = 'delete';
    get diagnostics _deleted := row_count;
{%- endif %}
{%- if values and mode != "append" %}

    update {{ live }}
    set
{%- for name in values %}
        {{ name | quote }} = _staged.{{ name | quote }}{{ "," if not loop.last }}
{%- endfor %}
    from _staged
    inner join _judged
        on {{ equal("_judged", "_staged") }}
    where {{ equal("_staged", table) }}
        and _judged._action = 'update';
    get diagnostics _updated := row_count;
{%- endif %}

    insert into {{ live }} (
        {{ names | listed(8) }}
    )
    select
        {{ names | listed(8, "_staged") }}
    from _staged
    inner join _judged
        on {{ equal("_judged", "_staged") }}
    where _judged._action = 'insert';
    get diagnostics _inserted := row_count;
{%- if evolves %}
{{- write_extras(equal("_judged", "_staged", 0), "'insert'" if mode == "append" else "'insert', 'update'", "") }}
{%- endif %}
    drop table _judged;
{%- endmacro %}

{% macro check_touched() %}
    -- Redshift declares keys and does not enforce them.
    select count(*) into _doubled
    from (
        select live.{{ key[0] | quote }}
        from {{ live }} as live
        inner join (
            select
                {{ key | listed(16, "_staged") }}
            from _staged
            group by
                {{ grouped(key, "_staged", 16) }}
        ) as touched
            on {{ equal("touched", "live", 12) }}
        group by
            {{ grouped(key, "live", 12) }}
{%- if mode == "history" %}
        having
            count(*) > count(distinct live.valid_from)
            or sum(case when live.is_current then 1 else 0 end) > 1
{%- else %}
        having count(*) > 1
{%- endif %}
    ) as doubled;
    if _doubled > 0 then
        raise exception
            '% holds % keys of load % more than once - remove the rows that no load made',
            _live, _doubled, _load_id;
    end if;
{%- endmacro %}
