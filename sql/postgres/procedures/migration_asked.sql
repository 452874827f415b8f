create or replace function etl.migration_asked(
    migration_id uuid, attempt integer, statement_id text
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note the statement that brings the rows into Redshift; answers the migration.
declare
    this etl.table_migration := etl.current_migration(
        migration_asked.migration_id, migration_asked.attempt
    );
begin
    update etl.table_migration as known
    set statement_id = migration_asked.statement_id
    where known.migration_id = this.migration_id
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
