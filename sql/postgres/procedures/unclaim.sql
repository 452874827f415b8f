create or replace function etl.unclaim(load_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- The workflow would not start and surely does not run: running -> queued, the attempt unspent.
-- Answers {load_id, state, attempt}.
begin
    update etl.load
    set state = 'queued', started_at = case when attempt > 1 then started_at end,
        lookups = case when attempt > 1 then lookups end
    where etl.load.load_id = unclaim.load_id and state = 'running' and workflow_run_id is null;
    return etl.state_of(unclaim.load_id);
end;
$$;
