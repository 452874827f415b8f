create or replace function etl.migration_started(
    migration_id uuid, attempt integer, job_run_id text
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note the job run that carries an attempt of a migration; answers the migration.
declare
    this etl.table_migration := etl.current_migration(
        migration_started.migration_id, migration_started.attempt
    );
begin
    update etl.table_migration as known
    set job_run_id = migration_started.job_run_id
    where known.migration_id = this.migration_id
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
