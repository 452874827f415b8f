create or replace function etl.retire_steps(kept text[]) returns void
language sql
set search_path = ''
as $$
-- Forget the steps whose files are gone. What they made stays: it may hold the only copy of a row.
    delete from etl.project_step where name <> all(kept);
$$;
