create or replace function etl.is_migrating(dataset text) returns boolean
language sql stable
set search_path = ''
as $$
-- Whether the whole table is on its way to Redshift, so that its publications wait: a migration
-- runs, or has read everything and waits to be tried again.
    select exists (
        select from etl.table_migration as this
        where this.dataset = is_migrating.dataset
            and (this.state = 'running' or (this.state = 'failed' and this.read_at is not null))
    );
$$;
