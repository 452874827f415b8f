{% from "by_key.sql" import deduplicate, carry_rest, check_deletes, judge_and_change, check_touched with context %}
{% from "flagged.sql" import remove_flagged, count_flagged with context %}
{% from "by_time.sql" import follow_files, splice_versions with context %}
{% from "evolve.sql" import take_columns, keep_missing with context %}
{% macro insert_all() %}
{%- if evolves %}

    execute {{ ("insert into " ~ live ~ " (" ~ (names | names)) | literal }} || _extras
    || {{ (") select " ~ (names | names)) | literal }} || _extras || ' from _staged';
{%- else %}

    insert into {{ live }} (
        {{ names | listed(8) }}
    )
    select
        {{ names | listed(8, "_staged") }}
    from _staged;
{%- endif %}
    get diagnostics _inserted := row_count;
{%- endmacro %}
{% set whole = mode in ("snapshot", "replace") or deletes == "close" %}
create or replace procedure {{ apply }}(
    _load_id varchar, _good bigint, _hash_sum varchar, _sent_at varchar,
    _approved bigint, _fills_whole boolean
)
language plpgsql
as $$
-- Merge one staged load into {{ live }}, exactly once, in the caller's transaction.
{%- if mode == "snapshot" %}
-- Snapshot: the file is the whole truth. Rows are inserted, updated and deleted by key, and rows
-- that are as the file says are not touched.
{%- elif mode == "upsert" %}
-- Upsert: rows of the file are inserted, or replace the row of their key when they differ
-- {{ "and are not older by " ~ order_column if order_column else "(the file is the newer one)" }}.
{%- if deleted_when %}
-- A row whose {{ deleted_when }} is true deletes the row of its key.
{%- endif %}
{%- elif mode == "append" and key %}
-- Append: rows with a new key are inserted. A row whose key is there already is never changed:
-- it counts as unchanged when it is equal and as stale when it is not.
{%- elif mode == "append" %}
-- Append: every row is a new fact.
{%- elif mode == "replace" %}
-- Replace: the file is the new table. Readers see the old rows or the new ones.
{%- elif deletes == "close" %}
-- History of whole files: a key's row holds from the delivery that brought it until the delivery
-- that changed it or lacked it. A delivery older than one that was applied changes nothing.
-- A version lasts from valid_from up to, not including, valid_to.
{%- else %}
-- History: a row holds from its {{ order_column if order_column else "delivery's event time" }} until the next version of its key
-- begins. Late versions are put in between; no key ends because a file lacks it.
-- A version lasts from valid_from up to, not including, valid_to.
{%- endif %}
-- The caller's first statement has locked {{ lock }}, before anything was
-- read: what is read here is the truth. Every name of ours begins with _, which no column does.
declare
    _stage varchar(256) := {{ ("stage." ~ dataset.name ~ "__") | literal }} || left(replace(_load_id, '-', ''), 12);
    _sent timestamptz := _sent_at::timestamptz;
{%- if key or mode == "replace" %}
    _live varchar(256) := {{ live | literal }};
{%- endif %}
    _done bigint;
    _rows bigint;
    _sum numeric(38, 0);
{%- if key %}
    _doubled bigint;
{%- endif %}
{%- if evolves %}
    _column record;
    _name varchar(256);
    _names varchar(65535) := '';
    _found varchar(65535) := '';
    _kept varchar(65535) := '';
    _extras varchar(65535) := '';
    _set varchar(65535) := '';
    _same varchar(65535) := '';
{%- endif %}
{%- if whole %}
    _live_rows bigint;
    _carried bigint := 0;
{%- endif %}
{%- if deletes == "close" %}
    _applied_until timestamptz;
    _changed bigint := 0;
{%- endif %}
    _inserted bigint := 0;
    _updated bigint := 0;
    _deleted bigint := 0;
    _unchanged bigint := 0;
    _stale bigint := 0;
    _deduplicated bigint := 0;
{%- if deleted_when %}
    _flagged_deleted bigint := 0;
    _flagged_missing bigint := 0;
    _flagged_stale bigint := 0;
{%- endif %}
begin
    select count(*) into _done from etl.applied where load_id = _load_id;
    if _done > 0 then
        execute 'drop table if exists ' || _stage;
        return;
    end if;

    -- The load's rows with the types of the live table. Only here is the stage table named.
    create temp table _staged (
{%- for column in columns %}
        {{ column.quoted }} {{ column.sql_type }},
{%- endfor %}
        _row_no bigint,
        _row_hash bigint
{%- if evolves %},
        _differs boolean
{%- endif %}
    ){{ " distkey (" ~ (target.distkey | quote) ~ ")" if target.distkey }};
{%- if evolves %}
{{- take_columns() }}
{%- else %}
    execute 'insert into _staged select '
{%- for column in columns %}
    || {{ (column.quoted ~ casts.get(column.base, "") ~ ", ") | literal }}
{%- endfor %}
    || '_row_no, _row_hash from ' || _stage;
{%- endif %}

    select count(*), coalesce(sum(_row_hash), 0) into _rows, _sum from _staged;
    call etl.check_stage(_stage, _rows, _sum, _good, _hash_sum);
{%- if evolves %}
{{- keep_missing() }}
{%- endif %}
{% if key %}
{{- deduplicate(key + ([order_column] if mode == "history" and order_column and order_column not in key else []), order_column and mode != "history") }}
{% endif %}
{%- if whole %}
{{- carry_rest() }}
{% endif %}
{%- if mode == "history" %}
{{- follow_files() if deletes == "close" else splice_versions() }}
{%- elif mode == "replace" %}
{%- if max_deletes.share is not none or max_deletes.count is not none %}
    select count(*) into _live_rows from {{ live }};
    select _live_rows - count(*) into _deleted from _staged;
{{- check_deletes("_live_rows") }}
{% endif %}
    -- Not truncate: it commits.
    delete from {{ live }};
    get diagnostics _deleted := row_count;
{{- insert_all() }}
{%- elif deleted_when %}
{{- remove_flagged() }}
{{ judge_and_change() }}
{{ count_flagged() }}
{%- elif key %}
{{- judge_and_change() }}
{%- else %}
{{- insert_all() }}
{%- endif %}
{%- if key %}
{{ check_touched() }}
{%- endif %}
{%- if mode == "replace" %}

    _inserted := _inserted - _carried;
    _deleted := _deleted - _carried;
{%- elif whole %}

    _unchanged := _unchanged - _carried;
{%- endif %}

    call etl.check_equation(
        _good, _inserted, _updated, _unchanged, _stale, _deduplicated
    );
    insert into etl.applied (
        load_id, dataset, sent_at, applied_at, good,
        inserted, updated, deleted, unchanged, stale, deduplicated
    )
    values (
        _load_id, {{ dataset.name | literal }}, _sent, getdate(), _good,
        _inserted, _updated, _deleted, _unchanged, _stale, _deduplicated
    );
    drop table _staged;
    execute 'drop table ' || _stage;
end;
$$;
