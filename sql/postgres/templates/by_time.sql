{#- What a history does with the staged rows: one macro per declared meaning of `deletes`. -#}
{% from "by_key.sql" import equal with context %}

{% macro differs(indent) -%}
{%- set margin = "\n" ~ " " * indent -%}
({{ margin }}    {{ values | listed(indent + 4, "staged") }}{{ margin }}) is distinct from (
{{- margin }}    {{ values | listed(indent + 4, "live") }}{{ margin }})
{%- endmacro %}

{% macro correct(version) %}
{%- if values %}

    update {{ live }} as live
    set
{%- for name in values %}
        {{ name | quote }} = staged.{{ name | quote }}{{ "," if not loop.last }}
{%- endfor %}
    from pg_temp.staged as staged
    inner join pg_temp.changes as changes
        on {{ version }}
    where {{ equal("staged", "live") }}
        and live.valid_from = changes.valid_from
        and changes._action = 'correct';
{%- endif %}
{%- endmacro %}

{% macro open_versions(version, valid_to) %}

    insert into {{ live }} (
        {{ names | listed(8) }},
        valid_from,
        valid_to
    )
    select
        {{ names | listed(8, "staged") }},
        changes.valid_from,
        {{ valid_to }}
    from pg_temp.staged as staged
    inner join pg_temp.changes as changes
        on {{ version }}
{%- endmacro %}

{% macro until() -%}
least(
            changes.valid_to,
            lead(changes.valid_from) over (
                partition by {{ key | listed(16, "changes") }}
                order by changes.valid_from
            )
        )
{%- endmacro %}

{% macro follow_files() %}
    if ours.sent_at < etl.applied_until(this.dataset) then
        select count(*) into stale from pg_temp.staged;
        counts := (0, 0, 0, 0, stale, deduplicated);
        return counts;
    end if;

    -- One pass over the file and the current versions; only what needs something is kept.
    create temporary table changes on commit drop as
    select {{ key | names }}, valid_from, '' as _action from {{ live }} with no data;

    with judged as materialized (
        select
{%- for name in key %}
            coalesce(staged.{{ name | quote }}, live.{{ name | quote }}) as {{ name | quote }},
{%- endfor %}
            ours.sent_at as valid_from,
            case
                when live.valid_from is null then 'open'
                when live.valid_from > ours.sent_at and staged._row_no is null then 'keep'
                when staged._row_no is null and live.valid_from = ours.sent_at then 'remove'
                when staged._row_no is null then 'close'
{%- if values %}
                when {{ differs(16) }}
                    then case
                        when live.valid_from > ours.sent_at then 'stale'
                        when live.valid_from = ours.sent_at then 'correct'
                        else 'change'
                    end
{%- endif %}
                else 'unchanged'
            end as _action
        from pg_temp.staged as staged
        full join (
            select * from {{ live }} where is_current
        ) as live
            on {{ equal("staged", "live") }}
    ),

    kept as (
        insert into pg_temp.changes
        select * from judged
        where judged._action not in ('unchanged', 'keep', 'stale')
    )

    select
        count(*) filter (where judged._action = 'change'),
        count(*) filter (where judged._action in ('change', 'correct')),
        count(*) filter (where judged._action in ('close', 'remove')),
        count(*) filter (where judged._action = 'unchanged'),
        count(*) filter (where judged._action = 'stale')
    into changed, updated, deleted, unchanged, stale
    from judged;
    analyze pg_temp.changes;

    perform etl.check_deletes(
        this, {{ live | literal }}, deleted,
        (select count(*) from {{ live }} where is_current),
        {{ max_deletes.share | literal }}, {{ max_deletes.count | literal }}
    );

    -- A version that would last no time was never true.
    delete from {{ live }} as live
    using pg_temp.changes as changes
    where {{ equal("changes", "live") }}
        and live.is_current and changes._action = 'remove';

    update {{ live }} as live
    set valid_to = ours.sent_at
    from pg_temp.changes as changes
    where {{ equal("changes", "live") }}
        and live.is_current and changes._action in ('change', 'close');
{{- correct(equal("changes", "staged")) }}
{{- open_versions(equal("changes", "staged"), "null") }}
    where changes._action in ('open', 'change');
    get diagnostics inserted = row_count;
    inserted := inserted - changed;
    drop table pg_temp.changes;
{% endmacro %}

{% macro splice_versions() %}
    -- Each row meets the version that holds at its time.
    create temporary table changes on commit drop as
    select {{ key | names }}, valid_from, valid_to, '' as _action, 0::bigint as _row_no
    from {{ live }} with no data;

    with timed as (
        select staged.*, {{ moment }} as valid_from from pg_temp.staged as staged
    ),

    judged as materialized (
        select
{%- for name in key %}
            staged.{{ name | quote }},
{%- endfor %}
            staged.valid_from,
            case
                when live.valid_from is not null then live.valid_to
                else (
                    select min(later.valid_from) from {{ live }} as later
                    where {{ equal("later", "staged") }}
                        and later.valid_from > staged.valid_from
                )
            end as valid_to,
            case
                when live.valid_from is null then 'open'
{%- if values %}
                when {{ differs(16) }}
                    then case
                        when live.valid_from = staged.valid_from then 'correct' else 'open'
                    end
{%- endif %}
                else 'unchanged'
            end as _action,
            staged._row_no
        from timed as staged
        left join {{ live }} as live
            on {{ equal("staged", "live") }}
            and live.valid_from <= staged.valid_from
            and (live.valid_to is null or live.valid_to > staged.valid_from)
    ),

    kept as (
        insert into pg_temp.changes
        select * from judged
        where judged._action <> 'unchanged'
    )

    select
        count(*) filter (where judged._action = 'unchanged'),
        count(*) filter (where judged._action <> 'unchanged')
    into unchanged, updated
    from judged;
    analyze pg_temp.changes;

    -- The first version of a key that had no current one is new, any other changes its key.
    select count(*) into inserted
    from (select distinct {{ key | names }} from pg_temp.changes where _action = 'open') as opened
    where not exists (
        select from {{ live }} as live
        where {{ equal("opened", "live") }}
            and live.is_current
    );
    updated := updated - inserted;

    update {{ live }} as live
    set valid_to = cut.ends
    from (
        select
            {{ key | listed(12, "cut_version") }},
            cut_version.valid_from,
            min(changes.valid_from) as ends
        from pg_temp.changes as changes
        inner join {{ live }} as cut_version
            on {{ equal("changes", "cut_version") }}
            and cut_version.valid_from < changes.valid_from
            and (cut_version.valid_to is null or cut_version.valid_to > changes.valid_from)
        where changes._action = 'open'
        group by {{ key | listed(12, "cut_version") }}, cut_version.valid_from
    ) as cut
    where {{ equal("cut", "live") }}
        and live.valid_from = cut.valid_from;
{{- correct("changes._row_no = staged._row_no") }}
{{- open_versions("changes._row_no = staged._row_no", until()) }}
    where changes._action = 'open';
    drop table pg_temp.changes;
{% endmacro %}
