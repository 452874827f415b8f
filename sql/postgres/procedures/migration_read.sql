create or replace function etl.migration_read(
    migration_id uuid, attempt integer, told jsonb
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- The whole snapshot is in S3: {rows, hash_sum, loads, contained: [load ids]}, as PostgreSQL has
-- them. From now on a failure is tried again from there. Answers the migration.
declare
    this etl.table_migration := etl.current_migration(
        migration_read.migration_id, migration_read.attempt
    );
begin
    update etl.table_migration as known
    set read_at = clock_timestamp(),
        rows = (told ->> 'rows')::bigint,
        hash_sum = (told ->> 'hash_sum')::numeric,
        loads = (told ->> 'loads')::bigint,
        contained = array(select jsonb_array_elements_text(told -> 'contained')::uuid)
    where known.migration_id = this.migration_id
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
