create or replace function etl.lock_steps(names text[]) returns void
language sql
set search_path = ''
as $$
-- Wait until nobody runs or deploys these steps, until the end of the transaction. Always in the
-- same order, so that two loads never wait for each other.
    select count(pg_advisory_xact_lock(hashtextextended('etl.project_step ' || ordered.name, 0)))
    from (
        select distinct name collate "C" as name from unnest(names) as name order by 1
    ) as ordered;
$$;
