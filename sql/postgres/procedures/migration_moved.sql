create or replace function etl.migration_moved(
    migration_id uuid, attempt integer, more_rows bigint
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- One more part is read and written: for people who watch. Answers the migration.
declare
    this etl.table_migration := etl.current_migration(
        migration_moved.migration_id, migration_moved.attempt
    );
begin
    update etl.table_migration as known
    set parts_done = least(known.parts_done + 1, known.parts),
        rows_done = known.rows_done + migration_moved.more_rows
    where known.migration_id = this.migration_id
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
