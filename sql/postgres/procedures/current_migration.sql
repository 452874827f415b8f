create or replace function etl.current_migration(migration_id uuid, attempt integer)
returns etl.table_migration
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Answers the migration, locked. Raises SC002 unless it runs and this is its attempt: a job that
-- was given up and comes back late changes nothing.
declare
    this etl.table_migration;
begin
    select * into this from etl.table_migration as known
    where known.migration_id = current_migration.migration_id
    for no key update;
    if (this.state = 'running' and this.attempt = current_migration.attempt) is not true then
        raise exception 'attempt % of migration % is over', current_migration.attempt,
            current_migration.migration_id using errcode = 'SC002';
    end if;
    return this;
end;
$$;
