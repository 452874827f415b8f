create or replace function etl.drop_stage(table_name text) returns boolean
language plpgsql
set search_path = ''
as $$
-- Drop a stage table if it is there and nobody uses it; answers whether it is gone.
-- A task of an earlier attempt may still be writing: nobody waits for it, the sweep comes back.
declare
    patience text := current_setting('lock_timeout');
begin
    perform set_config('lock_timeout', '100ms', true);
    execute format('drop table if exists stage.%I', table_name);
    perform set_config('lock_timeout', patience, true);
    return true;
exception when lock_not_available then
    perform set_config('lock_timeout', patience, true);
    return false;
end;
$$;
