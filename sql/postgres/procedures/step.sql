create or replace function etl.step(
    load_id uuid, step text, seconds double precision, detail jsonb
) returns void
language sql
set search_path = ''
as $$
-- Note how long a step of the load's current attempt took; a second note replaces the first.
    insert into etl.load_step as noted (load_id, attempt, step, seconds, detail)
    select this.load_id, this.attempt, step.step, greatest(step.seconds, 0),
        coalesce(step.detail, '{}')
    from etl.load as this where this.load_id = step.load_id
    on conflict on constraint "a step is noted once per attempt" do update
        set seconds = excluded.seconds, detail = excluded.detail;
$$;
