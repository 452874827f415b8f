create or replace function etl.note_step_counts(load_id uuid, name text, counts jsonb) returns void
language sql
set search_path = ''
as $$
-- For the procedure of a step: what it changed, as {table: {inserted, updated, deleted}}, is shown
-- by `stagecoach load`. Without a load (null) nothing is noted.
    select etl.step(load_id, 'after ' || name, 0, counts) where load_id is not null;
$$;
