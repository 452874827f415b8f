create or replace function etl.fail(load_id uuid, reason text, retryable boolean) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- An attempt of a running load came to nothing: back to queued with the next attempt while one is
-- left and a retry can help, else failed. A load that does not run is left alone.
-- Answers {load_id, state, attempt}.
declare
    last_attempt integer := (select max_attempts from etl.settings);
    failed etl.load;
begin
    update etl.load
    set state = case when retryable and attempt < last_attempt then 'queued' else 'failed' end,
        attempt = case when retryable and attempt < last_attempt then attempt + 1 else attempt end,
        ended_at = case
            when not retryable or attempt >= last_attempt then clock_timestamp()
        end,
        reason = fail.reason
    where etl.load.load_id = fail.load_id and state = 'running'
    returning * into failed;
    if failed.state = 'failed' then
        perform etl.write_alert(failed.load_id);
    end if;
    return etl.state_of(fail.load_id);
end;
$$;
