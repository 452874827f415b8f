create or replace function etl.migration_planned(
    migration_id uuid, attempt integer, parts integer
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- The table is about to be read in so many parts; answers the migration.
declare
    this etl.table_migration := etl.current_migration(
        migration_planned.migration_id, migration_planned.attempt
    );
begin
    update etl.table_migration as known
    set parts = migration_planned.parts, parts_done = 0, rows_done = 0
    where known.migration_id = this.migration_id
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
