create or replace function etl.run_steps(this etl.load) returns void
language plpgsql
set search_path = ''
as $$
-- Run the steps of a load's dataset, one after another, in the merge's transaction. One load at a
-- time runs a step, and sees what the one before it committed.
declare
    wanted text[];
    step text;
begin
    select steps into wanted from etl.dataset where name = this.dataset;
    if wanted = '{}' then
        return;
    end if;
    perform etl.lock_steps(wanted);
    foreach step in array wanted loop
        perform etl.run_step(this.load_id, step);
    end loop;
end;
$$;
