create or replace function etl.migration_failed(
    migration_id uuid, attempt integer, reason text
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- An attempt came to nothing: running -> failed. What was read to its end is tried again from
-- there, and publications wait for it; what was not is over. An attempt that is over is left alone.
-- Answers the migration.
declare
    this etl.table_migration;
begin
    update etl.table_migration as known
    set state = 'failed', reason = migration_failed.reason, ended_at = clock_timestamp()
    where known.migration_id = migration_failed.migration_id and known.state = 'running'
        and known.attempt = migration_failed.attempt;
    select * into this from etl.table_migration as known
    where known.migration_id = migration_failed.migration_id;
    return etl.table_migration_json(this);
end;
$$;
