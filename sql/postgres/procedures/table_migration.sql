create or replace function etl.table_migration(dataset text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
-- The newest migration of a dataset; raises SC004 when there was none.
declare
    newest etl.table_migration;
begin
    select * into newest from etl.table_migration as this
    where this.dataset = table_migration.dataset
    order by this.place desc limit 1;
    if newest.migration_id is null then
        raise exception 'no migration of % was ever begun - begin one: stagecoach migrate-table % '
            '--from postgres --to redshift', table_migration.dataset, table_migration.dataset
            using errcode = 'SC004';
    end if;
    return etl.table_migration_json(newest);
end;
$$;
