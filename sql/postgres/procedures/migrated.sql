create or replace function etl.migrated(
    migration_id uuid, attempt integer, redshift_rows bigint, redshift_hash_sum numeric
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- The whole table is in Redshift: running -> applied, and with it the publications of the loads
-- that the snapshot holds. Redshift has their counts from here, so they agree.
-- Answers the migration; one that is applied already is left alone.
declare
    this etl.table_migration;
begin
    select * into this from etl.table_migration as known
    where known.migration_id = migrated.migration_id;
    if this.state = 'applied' then
        return etl.table_migration_json(this);
    end if;
    this := etl.current_migration(migrated.migration_id, migrated.attempt);

    update etl.table_migration as known
    set state = 'applied', reason = null, ended_at = clock_timestamp(),
        redshift_rows = migrated.redshift_rows,
        redshift_hash_sum = migrated.redshift_hash_sum
    where known.migration_id = this.migration_id
    returning * into this;
    update etl.publication as held
    set state = 'applied', reason = null, ended_at = clock_timestamp(),
        counts = etl.merged_counts(held.load_id), agrees = true
    where held.load_id = any(this.contained) and held.state <> 'applied';
    return etl.table_migration_json(this);
end;
$$;
