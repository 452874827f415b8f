{% set take = "etl." ~ (("take_table__" ~ dataset.name) | quote) %}
{% set migration = "stage." ~ ((dataset.name ~ "__migration") | quote) %}
{% set migration_of_gone = "stage." ~ ((dataset.name ~ "__migration_gone") | quote) %}
{% set migration_of_loads = "stage." ~ ((dataset.name ~ "__migration_loads") | quote) %}
create or replace procedure {{ take }}(
    _migration_id varchar, _good bigint, _hash_sum varchar, _gone bigint, _gone_sum varchar,
    _loads bigint, _loads_sum varchar, _live_sum varchar, _sent_at varchar, _extras varchar
)
language plpgsql
as $$
-- Put one snapshot of the whole PostgreSQL table in the place of what the table here holds, exactly
-- once, in the caller's transaction. Readers see the old rows or the new ones.
-- Raises, so that nothing has happened, unless the rows are those that were written, the table in
-- Redshift hashes to what PostgreSQL's did, and the snapshot holds every load that is applied here.
-- _extras is SQL: undeclared columns, each after a comma. The caller has locked etl.lock__<dataset>
-- in its first statement, and filled the tables stage.<dataset>__migration..
declare
    _live varchar(256) := {{ live | literal }};
    _done bigint;
    _rows bigint;
    _sum numeric(38, 0);
    _newer varchar(36);
begin
    select count(*) into _done from etl.applied where load_id = _migration_id;
    if _done = 0 then
        select min(applied.load_id) into _newer
        from etl.applied as applied
        left join {{ migration_of_loads }} as held on applied.load_id = held.load_id
        where applied.dataset = {{ dataset.name | literal }} and held.load_id is null;
        if _newer is not null then
            raise exception 'load % came to Redshift after the table was read - migrate it again',
                _newer;
        end if;

        select count(*), coalesce(sum(_row_hash), 0) into _rows, _sum
        from {{ migration }};
        call etl.check_stage(
            {{ migration | literal }}, _rows, _sum, _good, _hash_sum
        );
        select count(*), coalesce(sum(_row_hash), 0) into _rows, _sum
        from {{ migration_of_loads }};
        call etl.check_stage(
            {{ migration_of_loads | literal }}, _rows, _sum, _loads, _loads_sum
        );

        -- Not truncate: it commits.
        delete from {{ live }};
        execute {{ ("insert into " ~ live ~ " (") | literal }}
{%- for column in columns + added %}
        || {{ ((", " if not loop.first else "") ~ column.quoted) | literal }}
{%- endfor %}
        || _extras || ') select '
{%- for column in columns %}
        || {{ ((", " if not loop.first else "") ~ column.quoted ~ casts.get(column.base, "")) | literal }}
{%- endfor %}
{%- if mode == "history" %}
        || ', valid_from at time zone ''UTC'', valid_to at time zone ''UTC'', valid_to is null'
{%- endif %}
        || _extras || {{ (" from " ~ migration) | literal }};
{% if remembered %}
        select count(*), coalesce(sum(_row_hash), 0) into _rows, _sum
        from {{ migration_of_gone }};
        call etl.check_stage(
            {{ migration_of_gone | literal }}, _rows, _sum, _gone, _gone_sum
        );
        delete from {{ gone }};
        insert into {{ gone }} (
{%- for column in remembered %}
            {{ column.quoted }}{{ "," if not loop.last }}
{%- endfor %}
        )
        select
{%- for column in remembered %}
            {{ column.quoted }}{{ casts.get(column.base, "") }}{{ "," if not loop.last }}
{%- endfor %}
        from {{ migration_of_gone }};
{% endif %}
        select hashed.row_count, hashed.hash_sum into _rows, _sum
        from {{ hash }} as hashed;
        if _rows <> _good or _sum <> _live_sum::numeric(38, 0) then
            raise exception
                '% would hold % rows with hash sum %, PostgreSQL has % and %',
                _live, _rows, _sum, _good, _live_sum;
        end if;

        delete from etl.applied where dataset = {{ dataset.name | literal }};
        insert into etl.applied (
            load_id, dataset, sent_at, applied_at, good,
            inserted, updated, deleted, unchanged, stale, deduplicated
        )
        select
            held.load_id, {{ dataset.name | literal }}, held.sent_at at time zone 'UTC',
            held.applied_at, held.good, held.inserted, held.updated, held.deleted,
            held.unchanged, held.stale, held.deduplicated
        from {{ migration_of_loads }} as held
        where held.good is not null;
        insert into etl.applied (
            load_id, dataset, sent_at, applied_at, good,
            inserted, updated, deleted, unchanged, stale, deduplicated
        )
        values (
            _migration_id, {{ dataset.name | literal }}, _sent_at::timestamptz, getdate(), _good,
            _good, 0, 0, 0, 0, 0
        );
    end if;
    drop table {{ migration }};
    drop table {{ migration_of_loads }};
{%- if remembered %}
    drop table {{ migration_of_gone }};
{%- endif %}
end;
$$;
