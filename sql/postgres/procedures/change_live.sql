create or replace function etl.change_live(live regclass, statement text) returns void
language plpgsql
set search_path = ''
as $$
-- Run a statement that no reader of a live table may meet. Who waits for that lock keeps every
-- later reader waiting, so the wait is short (etl.settings.ddl_lock_timeout): raises 55P03 with
-- who holds the table, and the caller comes back later.
declare
    holders text;
    former text := current_setting('lock_timeout');
begin
    perform set_config(
        'lock_timeout',
        (select (extract(epoch from ddl_lock_timeout) * 1000)::bigint || 'ms' from etl.settings),
        true
    );
    execute statement;
    perform set_config('lock_timeout', former, true);
exception when lock_not_available then
    select string_agg(
        distinct format(
            '%s (process %s, %s)', coalesce(nullif(application_name, ''), usename), pid, state
        ), ', '
    ) into holders
    from pg_catalog.pg_locks
    inner join pg_catalog.pg_stat_activity using (pid)
    where relation = live and granted and pid <> pg_catalog.pg_backend_pid();
    raise exception 'table % is in use by % - waiting longer would keep its readers waiting too',
        live, coalesce(holders, 'another session') using errcode = '55P03';
end;
$$;
