create or replace function etl.replay(load_id text) returns jsonb
language plpgsql
set search_path = ''
as $$
-- A new load (generation + 1) of the same delivery; the load must have ended. One of mended rows
-- is queued at once, with the same rows; any other is received, and its object is to be pinned
-- again: `pinned_from` is the old load's copy, if it has one. Answers the new load.
declare
    old etl.load;
    mended uuid;
    created uuid;
begin
    select * into old from etl.load as this
    where this.load_id = etl.find_load(replay.load_id);
    perform 1 from etl.delivery where delivery_id = old.delivery_id for update;

    perform etl.check_closed(old.delivery_id);
    perform etl.check_append(old);

    select this.load_id into mended from etl.load as this
    where this.delivery_id = old.delivery_id and this.state = 'applied' and this.fills_whole
    order by this.generation desc limit 1;
    if mended is not null and old.mends is null then
        raise exception 'load % brought mended rows of this file, which loading it again as it was '
            'would take out - mend the file and send it, or run: stagecoach replay %',
            mended, left(mended::text, 8) using errcode = 'SC004';
    end if;

    insert into etl.load (
        delivery_id, dataset, generation, state, facts, mends, mended_lines, fills_whole
    )
    select
        old.delivery_id, old.dataset, max(this.generation) + 1,
        case when old.mends is null then 'received' else 'queued' end,
        case when old.mends is null then '{}' else old.facts end,
        old.mends, old.mended_lines, old.fills_whole
    from etl.load as this where this.delivery_id = old.delivery_id
    returning etl.load.load_id into created;
    return etl.load_json(created)
        || jsonb_build_object('pinned_from', old.facts ->> 'pinned_key');
end;
$$;
