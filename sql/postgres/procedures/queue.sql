create or replace function etl.queue(load_id uuid, facts jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- A received load is fit to run: received -> queued. In any other state nothing happens.
-- Answers {load_id, state}.
begin
    update etl.load
    set state = 'queued', facts = etl.load.facts || queue.facts
    where etl.load.load_id = queue.load_id and state = 'received';
    return etl.state_of(queue.load_id);
end;
$$;
