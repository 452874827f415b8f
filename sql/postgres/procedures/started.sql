create or replace function etl.started(load_id uuid, workflow_run_id text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note which workflow run carries a running load. Answers {load_id, state, attempt}.
begin
    update etl.load
    set workflow_run_id = started.workflow_run_id
    where etl.load.load_id = started.load_id and state = 'running';
    return etl.state_of(started.load_id);
end;
$$;
