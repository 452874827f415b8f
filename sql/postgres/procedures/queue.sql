create or replace function etl.queue(load_id uuid, facts jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- A received load is fit to run: received -> queued. In any other state nothing happens.
-- A member of a batch may be the one that the others wait for. Answers {load_id, state}.
declare
    this etl.load;
    ours etl.batch;
begin
    select batch.* into ours
    from etl.load cross join lateral etl.lock_batch(dataset) as batch
    where etl.load.load_id = queue.load_id;
    update etl.load
    set state = 'queued', facts = etl.load.facts || queue.facts
    where etl.load.load_id = queue.load_id and state = 'received'
    returning * into this;
    if ours.name is not null and this.load_id is not null
        and not etl.refuse_undated(this, ours)
    then
        perform etl.replace_held(this);
        perform etl.judge_day(ours, this.business_date);
    end if;
    return etl.state_of(queue.load_id);
end;
$$;
