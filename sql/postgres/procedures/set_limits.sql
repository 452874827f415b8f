create or replace function etl.set_limits() returns void
language sql
set search_path = ''
as $$
-- Give the rest of this transaction the limits of etl.settings.
    select
        set_config(
            'lock_timeout',
            (extract(epoch from settings.lock_timeout) * 1000)::bigint || 'ms', true
        ),
        set_config('work_mem', settings.work_mem, true),
        set_config('maintenance_work_mem', settings.work_mem, true),
        set_config('jit', 'off', true),
        set_config('idle_in_transaction_session_timeout', '60s', true)
    from etl.settings;
$$;
