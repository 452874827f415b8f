create or replace function etl.table_migration_json(this etl.table_migration) returns jsonb
language sql stable
set search_path = ''
as $$
-- A migration as the job and the command line see it; `seconds` is how long this attempt runs.
-- Hash sums are texts: they pass the numbers of JSON.
    select to_jsonb(this) - array['columns', 'contained', 'place']
        || jsonb_build_object(
            'hash_sum', this.hash_sum::text,
            'redshift_hash_sum', this.redshift_hash_sum::text,
            'verified', this.state = 'applied',
            'seconds', extract(
                epoch from coalesce(this.ended_at, clock_timestamp()) - this.started_at
            ),
            'phase', case
                when this.state <> 'running' then null
                when this.job_run_id is null then 'starting'
                when this.read_at is null then 'reading'
                else 'copying'
            end
        );
$$;
