create or replace function etl.abandon_table_migration(dataset text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Give up the open migration of a dataset, so that its publications go on. A statement of it that
-- still runs in Redshift does no harm: it refuses a table that has moved on.
-- Answers the migration; raises SC004 when none is open.
declare
    this etl.table_migration;
begin
    update etl.table_migration as open
    set state = 'abandoned', ended_at = clock_timestamp(),
        reason = coalesce(open.reason, 'a person gave it up')
    where open.dataset = abandon_table_migration.dataset
        and (open.state = 'running' or (open.state = 'failed' and open.read_at is not null))
    returning * into this;
    if this.migration_id is null then
        raise exception 'no migration of % is open - nothing to give up',
            abandon_table_migration.dataset using errcode = 'SC004';
    end if;
    return etl.table_migration_json(this);
end;
$$;
