create or replace function etl.approve(load_id text) returns jsonb
language plpgsql
set search_path = ''
as $$
-- A person looked at a load that the delete guard refused: a new load of the same delivery, in
-- state received, that may delete as many rows as the refused one would have, and no more.
-- Raises SC004 for any other load, and for one that was loaded again since.
declare
    old etl.load;
    created jsonb;
begin
    select * into old from etl.load as this
    where this.load_id = etl.find_load(approve.load_id);
    if old.state <> 'rejected' or old.guarded_deletes is null then
        raise exception 'load % is % and was not refused by the delete guard - '
            'nothing to approve; to load its file again run: stagecoach replay %',
            old.load_id, old.state, left(old.load_id::text, 8) using errcode = 'SC004';
    end if;
    created := etl.replay(old.load_id::text);
    if (created ->> 'generation')::integer <> old.generation + 1 then
        raise exception 'the file of load % was loaded again since - approve its newest load, '
            'if that was refused: stagecoach loads --dataset %', old.load_id, old.dataset
            using errcode = 'SC004';
    end if;
    update etl.load as this set approved_deletes = old.guarded_deletes
    where this.load_id = (created ->> 'load_id')::uuid;
    return created;
end;
$$;
