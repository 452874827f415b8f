{#- What a history does with the staged rows: one macro per declared meaning of `deletes`. -#}
{% from "text.sql" import equal, unchanged, grouped with context %}
{% from "by_key.sql" import check_deletes with context %}
{% from "evolve.sql" import compare_extras, write_extras with context %}

{% macro correct(version) %}
{%- if values %}

    update {{ live }}
    set
{%- for name in values %}
        {{ name | quote }} = _staged.{{ name | quote }}{{ "," if not loop.last }}
{%- endfor %}
    from _staged
    inner join _judged
        on {{ version }}
    where {{ equal("_staged", table) }}
        and {{ table }}.valid_from = _judged.valid_from
        and _judged._action = 'correct';
{%- endif %}
{%- endmacro %}

{% macro follow_files() %}
    select max(sent_at) into _applied_until
    from etl.applied where dataset = {{ dataset.name | literal }};

    -- A file older than one that was applied changes nothing.
    if _sent < _applied_until then
        select count(*) into _stale from _staged;
    else
{%- if evolves %}
{{- compare_extras(" and live.is_current") | indent(4) }}
{% endif %}
        create temp table _judged as
        select
            {{ key | listed(12, "_staged") }},
            _sent as valid_from,
            case
                when live.valid_from is null then 'open'
{%- if values or evolves %}
                when
                    {{ unchanged("_staged", "live", 20) }}
                    then 'unchanged'
                when live.valid_from > _sent then 'stale'
                when live.valid_from = _sent then 'correct'
                else 'change'
{%- else %}
                else 'unchanged'
{%- endif %}
            end::varchar(9) as _action
        from _staged
        left join (select * from {{ live }} where is_current) as live
            on {{ equal("_staged", "live", 16) }};

        insert into _judged
        select
            {{ key | listed(12, "live") }},
            _sent,
            case when live.valid_from = _sent then 'remove' else 'close' end
        from {{ live }} as live
        left join _staged
            on {{ equal("_staged", "live", 16) }}
        where live.is_current
            and live.valid_from <= _sent
            and _staged._row_no is null;

        select
            coalesce(sum(case when _action = 'change' then 1 else 0 end), 0),
            coalesce(sum(case when _action in ('change', 'correct') then 1 else 0 end), 0),
            coalesce(sum(case when _action in ('close', 'remove') then 1 else 0 end), 0),
            coalesce(sum(case when _action = 'unchanged' then 1 else 0 end), 0),
            coalesce(sum(case when _action = 'stale' then 1 else 0 end), 0)
        into _changed, _updated, _deleted, _unchanged, _stale
        from _judged;
        select count(*) into _live_rows from {{ live }} where is_current;
{{- check_deletes("_live_rows") | indent(4) }}

        -- A version that would last no time was never true.
        delete from {{ live }}
        using _judged
        where {{ equal("_judged", table, 12) }}
            and {{ table }}.is_current and _judged._action = 'remove';

        update {{ live }}
        set
            valid_to = _sent,
            is_current = false
        from _judged
        where {{ equal("_judged", table, 12) }}
            and {{ table }}.is_current and _judged._action in ('change', 'close');
{{- correct(equal("_judged", "_staged", 12)) | indent(4) }}

        insert into {{ live }} (
            {{ names | listed(12) }},
            valid_from,
            is_current
        )
        select
            {{ names | listed(12, "_staged") }},
            _judged.valid_from,
            true
        from _staged
        inner join _judged
            on {{ equal("_judged", "_staged", 16) }}
        where _judged._action in ('open', 'change');
        get diagnostics _inserted := row_count;
        _inserted := _inserted - _changed;
{%- if evolves %}
{{- write_extras(equal("_judged", "_staged", 0), "'open', 'change', 'correct'", " and " ~ table ~ ".valid_from = _judged.valid_from") | indent(4) }}
{%- endif %}
        drop table _judged;
    end if;
{%- endmacro %}

{% macro splice_versions() %}
{%- if evolves %}
{{- compare_extras(" and live.valid_from <= " ~ held_at ~ " and (live.valid_to is null or live.valid_to > " ~ held_at ~ ")") }}
{% endif %}
    -- Each row meets the version that holds at its time, and the next one of its key.
    create temp table _timed as
    select
        {{ names | listed(8, "_staged") }},
        {{ moment }} as valid_from,
{%- if evolves %}
        _staged._differs,
{%- endif %}
        _staged._row_no
    from _staged;

    create temp table _judged as
    select
        {{ key | listed(8, "_timed") }},
        _timed.valid_from,
        case when live.valid_from is not null then live.valid_to else later.valid_from end
            as valid_to,
        case
            when live.valid_from is null then 'open'
{%- if values or evolves %}
            when
                {{ unchanged("_timed", "live", 16) }}
                then 'unchanged'
            when live.valid_from = _timed.valid_from then 'correct'
            else 'open'
{%- else %}
            else 'unchanged'
{%- endif %}
        end::varchar(9) as _action,
        _timed._row_no
    from _timed
    left join {{ live }} as live
        on {{ equal("_timed", "live") }}
        and live.valid_from <= _timed.valid_from
        and (live.valid_to is null or live.valid_to > _timed.valid_from)
    left join (
        select
            _timed._row_no,
            min(live.valid_from) as valid_from
        from _timed
        inner join {{ live }} as live
            on {{ equal("_timed", "live", 12) }}
            and live.valid_from > _timed.valid_from
        group by _timed._row_no
    ) as later
        on _timed._row_no = later._row_no;
    drop table _timed;

    select
        coalesce(sum(case when _action = 'unchanged' then 1 else 0 end), 0),
        coalesce(sum(case when _action <> 'unchanged' then 1 else 0 end), 0)
    into _unchanged, _updated
    from _judged;

    -- The first version of a key that had no current one is new, any other changes its key.
    select count(*) into _inserted
    from (
        select
            {{ key | listed(12, "_judged") }}
        from _judged
        where _judged._action = 'open'
        group by
            {{ grouped(key, "_judged", 12) }}
    ) as opened
    left join (select * from {{ live }} where is_current) as live
        on {{ equal("opened", "live") }}
    where live.valid_from is null;
    _updated := _updated - _inserted;

    create temp table _cut as
    select
        {{ key | listed(8, "live") }},
        live.valid_from,
        min(_judged.valid_from) as ends
    from _judged
    inner join {{ live }} as live
        on {{ equal("_judged", "live") }}
        and live.valid_from < _judged.valid_from
        and (live.valid_to is null or live.valid_to > _judged.valid_from)
    where _judged._action = 'open'
    group by
        {{ grouped(key, "live") }},
        live.valid_from;

    update {{ live }}
    set
        valid_to = _cut.ends,
        is_current = false
    from _cut
    where {{ equal("_cut", table) }}
        and {{ table }}.valid_from = _cut.valid_from;
    drop table _cut;
{{- correct("_judged._row_no = _staged._row_no") }}

    -- A version ends where the next one begins, be it of this file or of an earlier one.
    create temp table _opened as
    select
        _judged._row_no,
        _judged.valid_from,
        _judged.valid_to,
        lead(_judged.valid_from) over (
            partition by
                {{ grouped(key, "_judged", 16) }}
            order by _judged.valid_from
        ) as next_from
    from _judged
    where _judged._action = 'open';

    insert into {{ live }} (
        {{ names | listed(8) }},
        valid_from,
        valid_to,
        is_current
    )
    select
        {{ names | listed(8, "_staged") }},
        _opened.valid_from,
        case
            when _opened.next_from < _opened.valid_to or _opened.valid_to is null
                then _opened.next_from
            else _opened.valid_to
        end,
        _opened.next_from is null and _opened.valid_to is null
    from _staged
    inner join _opened
        on _staged._row_no = _opened._row_no;
    drop table _opened;
{%- if evolves %}
{{- write_extras("_judged._row_no = _staged._row_no", "'open', 'correct'", " and " ~ table ~ ".valid_from = _judged.valid_from") }}
{%- endif %}
    drop table _judged;
{%- endmacro %}
