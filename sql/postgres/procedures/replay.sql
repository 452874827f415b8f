create or replace function etl.replay(load_id text) returns jsonb
language plpgsql
set search_path = ''
as $$
-- A new load (generation + 1) of the same delivery, in state received; the load must have ended.
-- Answers the new load and what is needed to pin its object again.
declare
    old etl.load;
    open_id uuid;
    created uuid;
begin
    select * into old from etl.load as this
    where this.load_id = etl.find_load(replay.load_id);
    perform 1 from etl.delivery where delivery_id = old.delivery_id for update;

    select this.load_id into open_id from etl.load as this
    where this.delivery_id = old.delivery_id and this.ended_at is null;
    if open_id is not null then
        raise exception 'load % of the same file is still open - wait until it has ended', open_id
            using errcode = 'SC004';
    end if;
    perform etl.check_append(old);

    insert into etl.load (delivery_id, dataset, generation)
    select old.delivery_id, old.dataset, max(this.generation) + 1
    from etl.load as this where this.delivery_id = old.delivery_id
    returning etl.load.load_id into created;
    return etl.load_json(created);
end;
$$;
