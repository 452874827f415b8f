{% from "by_key.sql" import deduplicate with context %}
{% from "by_time.sql" import follow_files, splice_versions with context %}
create or replace function {{ merge }}(this etl.load) returns etl.merge_counts
language plpgsql
set search_path = ''
set enable_hashjoin = off
set enable_memoize = off
as $$
#variable_conflict use_column
{%- if deletes == "close" %}
-- History of whole files: a key's row holds from the delivery that brought it until the delivery
-- that changed it or lacked it. A delivery older than one that was applied changes nothing.
{%- else %}
-- History: a row holds from its {{ order_by if order_by else "delivery's event time" }} until the next version of its key
-- begins. Late versions are put in between; no key ends because a file lacks it.
{%- endif %}
-- A version lasts from valid_from up to, not including, valid_to. Of two words about one instant
-- the one that is applied later stands: it corrects the version.
-- Reads pg_temp.staged, the load's stage table; apply_load holds the lock and checks the counts.
<<ours>>
declare
    counts etl.merge_counts;
    sent_at timestamptz := etl.sent_at(this);
    inserted bigint := 0;
    updated bigint := 0;
    deleted bigint := 0;
    unchanged bigint := 0;
    stale bigint := 0;
    deduplicated bigint := 0;
{%- if deletes == "close" %}
    changed bigint := 0;
{%- endif %}
begin
    -- Other writers wait, readers do not.
    lock table {{ live }} in share row exclusive mode;
{{ deduplicate(key + ([order_column] if order_by else []), none) }}
{{ follow_files() if deletes == "close" else splice_versions() }}
    counts := (inserted, updated, deleted, unchanged, stale, deduplicated);
    return counts;
end;
$$;
