{% from "by_key.sql" import equal, deduplicate, judge_and_change with context %}
{% from "flagged.sql" import remove_flagged, count_flagged with context %}
create or replace function {{ merge }}(this etl.load) returns etl.merge_counts
language plpgsql
set search_path = ''
set enable_hashjoin = off
set enable_memoize = off
as $$
#variable_conflict use_column
{%- if mode == "snapshot" %}
-- Snapshot: the file is the whole truth. Rows are inserted, updated and deleted by key, and rows
-- that are as the file says are not touched.
{%- elif mode == "upsert" %}
-- Upsert: rows of the file are inserted, or replace the row of their key when they differ
-- {{ "and are not older by " ~ order_by if order_by else "(the file is the newer one)" }}.
{%- if deleted_when %}
-- A row whose {{ deleted_when }} is true deletes the row of its key.
{%- endif %}
{%- elif mode == "append" and key %}
-- Append: rows with a new key are inserted. A row whose key is there already is never changed:
-- it counts as unchanged when it is equal and as stale when it is not.
{%- elif mode == "append" %}
-- Append: every row is a new fact.
{%- else %}
-- Replace: the file is the new table. Readers see the old rows or the new ones.
{%- endif %}
-- Reads pg_temp.staged, the load's stage table; apply_load holds the lock and checks the counts.
declare
    counts etl.merge_counts;
    inserted bigint := 0;
    updated bigint := 0;
    deleted bigint := 0;
    unchanged bigint := 0;
    stale bigint := 0;
    deduplicated bigint := 0;
{%- if deleted_when %}
    flagged_deleted bigint := 0;
    flagged_missing bigint := 0;
    flagged_stale bigint := 0;
{%- endif %}
begin
    -- Other writers wait, readers do not.
    lock table {{ live }} in share row exclusive mode;
{% if mode == "replace" %}
{%- if key %}
{{ deduplicate(key, order_by) }}
{%- endif %}
{%- if max_deletes.share is not none or max_deletes.count is not none %}
    select count(*) into deleted from {{ live }};
    perform etl.check_deletes(
        this, {{ live | literal }}, deleted - (select count(*) from pg_temp.staged), deleted,
        {{ max_deletes.share | literal }}, {{ max_deletes.count | literal }}
    );
{%- endif %}

    -- Not truncate: a reader with an older snapshot would find the table empty.
    delete from {{ live }};
    get diagnostics deleted = row_count;
    insert into {{ live }} (
        {{ names | listed(8) }}
    )
    select
        {{ names | listed(8) }}
    from pg_temp.staged;
    get diagnostics inserted = row_count;
{% elif deleted_when %}
{{ deduplicate(key, order_by) }}
{{ remove_flagged() }}
{{ judge_and_change() }}
{{ count_flagged() }}
{% elif key %}
    -- An empty table takes the rows as they are: its unique index finds duplicates for nothing.
    if not exists (select from {{ live }}) then
        begin
            insert into {{ live }} (
                {{ names | listed(16) }}
            )
            select
                {{ names | listed(16) }}
            from pg_temp.staged;
            get diagnostics inserted = row_count;
            counts := (inserted, 0, 0, 0, 0, 0);
            return counts;
        exception when unique_violation then
            inserted := 0;
        end;
    end if;
{{ deduplicate(key, order_by) }}
{{ judge_and_change() }}
{% else %}
    insert into {{ live }} (
        {{ names | listed(8) }}
    )
    select
        {{ names | listed(8) }}
    from pg_temp.staged;
    get diagnostics inserted = row_count;
{% endif %}
    counts := (inserted, updated, deleted, unchanged, stale, deduplicated);
    return counts;
end;
$$;
