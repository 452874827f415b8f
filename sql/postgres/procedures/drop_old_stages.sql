create or replace function etl.drop_old_stages() returns integer
language plpgsql
set search_path = ''
as $$
-- Drop the stage tables of loads that have ended long enough ago; answers how many went.
declare
    old_table text;
    dropped integer := 0;
begin
    for old_table in
        select leftover.relname
        from pg_catalog.pg_class as leftover
        inner join pg_catalog.pg_namespace as home on home.oid = leftover.relnamespace
        inner join etl.load as ended
            on replace(ended.load_id::text, '-', '')
            = substring(leftover.relname from '__([0-9a-f]{32})_[0-9]+$')
        where home.nspname = 'stage' and leftover.relkind = 'r'
            and ended.ended_at < now() - (select keep_stage from etl.settings)
    loop
        dropped := dropped + etl.drop_stage(old_table)::integer;
    end loop;
    return dropped;
end;
$$;
