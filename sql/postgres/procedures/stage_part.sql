create or replace function etl.stage_part(load_id uuid, attempt integer, part integer)
returns boolean
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Claim one part for staging, in the transaction of its COPY: true once per part, false when a
-- task staged it already (a second task waits for the first one's commit).
-- Raises SC002 for an attempt that is over.
begin
    perform etl.current_attempt(stage_part.load_id, stage_part.attempt);
    insert into etl.stage_part (load_id, attempt, part)
    values (stage_part.load_id, stage_part.attempt, stage_part.part)
    on conflict do nothing;
    return found;
end;
$$;
