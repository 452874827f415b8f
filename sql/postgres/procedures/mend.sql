create or replace function etl.mend(
    load_id text, mended_id uuid, lines bigint[], fills_whole boolean, facts jsonb
) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- A new load (generation + 1) of the same delivery, queued at once, that brings only rows which
-- that load refused. `mended_id` comes of the rows themselves: a load that has it already is
-- answered, and nothing else happens. `facts` holds the pinned_key of the mended rows.
-- Raises SC004 or SC001 where the rows cannot be applied as a part of what the load has applied.
declare
    old etl.load;
    known etl.load;
begin
    select * into old from etl.load where etl.load.load_id = etl.find_load(mend.load_id);
    perform 1 from etl.delivery where delivery_id = old.delivery_id for update;

    select * into known from etl.load where etl.load.load_id = mended_id;
    if known.load_id is not null then
        return etl.load_json(known.load_id) || '{"is_new": false}';
    end if;
    perform etl.check_closed(old.delivery_id);
    if old.state <> 'applied' then
        raise exception 'load % is % and none of its rows are in the table - mend the rows in the '
            'file itself and send it, or raise max_rejects and replay the load first',
            old.load_id, old.state using errcode = 'SC004';
    end if;

    insert into etl.load (
        load_id, delivery_id, dataset, generation, state, facts, mends, mended_lines, fills_whole
    )
    select
        mended_id, old.delivery_id, old.dataset, max(generation) + 1, 'queued', mend.facts,
        old.load_id, lines, mend.fills_whole
    from etl.load where delivery_id = old.delivery_id
    returning * into known;
    perform etl.check_append(known);
    perform etl.check_newest(known);
    return etl.load_json(mended_id) || '{"is_new": true}';
end;
$$;
