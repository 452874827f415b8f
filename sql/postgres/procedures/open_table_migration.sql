create or replace function etl.open_table_migration(dataset text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Begin to take the whole table of a dataset to Redshift, or try again what was read to its end and
-- failed afterwards; publications wait from now on. Answers the migration.
-- Raises SC004 with a sentence for what cannot be.
declare
    declared etl.dataset;
    columns_now jsonb;
    this etl.table_migration;
begin
    select * into declared from etl.dataset where name = open_table_migration.dataset;
    if declared.name is null then
        raise exception 'the database does not know dataset % - run the migrate function',
            open_table_migration.dataset using errcode = 'SC004';
    elsif not declared.redshift then
        raise exception 'dataset % has no target in Redshift - declare targets.redshift and deploy',
            declared.name using errcode = 'SC004';
    end if;
    perform etl.check_table(declared.name);

    -- The lock of next_publication has a statement to itself, as there.
    perform pg_advisory_xact_lock(hashtextextended('etl.publish ' || declared.name, 0));

    select jsonb_agg(jsonb_build_array(live.name, live.type) order by live.place)
    into columns_now from etl.live_columns(declared.name) as live;
    select * into this from etl.table_migration as open
    where open.dataset = declared.name
        and (open.state = 'running' or (open.state = 'failed' and open.read_at is not null));

    if this.state = 'running' then
        raise exception 'a migration of % runs already - see how far it is: '
            'stagecoach migrate-table % --look', declared.name, declared.name
            using errcode = 'SC004';
    elsif this.columns = columns_now then
        update etl.table_migration as open
        set state = 'running', attempt = open.attempt + 1, reason = null, ended_at = null,
            job_run_id = null, started_at = clock_timestamp()
        where open.migration_id = this.migration_id
        returning * into this;
        return etl.table_migration_json(this);
    elsif this.migration_id is not null then
        perform etl.abandon_table_migration(declared.name);
    end if;

    insert into etl.table_migration (dataset, columns)
    values (declared.name, columns_now)
    returning * into this;
    return etl.table_migration_json(this);
end;
$$;
