create or replace function etl.guarded(load_id uuid, deletes bigint) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Note how many rows would have gone when the delete guard refused a running load.
-- Answers {load_id, state, attempt}.
begin
    update etl.load set guarded_deletes = guarded.deletes
    where etl.load.load_id = guarded.load_id and state = 'running';
    return etl.state_of(guarded.load_id);
end;
$$;
