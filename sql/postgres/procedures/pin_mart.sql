create or replace function etl.pin_mart(load_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- What a load of a mart is computed of, as its job reads it: {recipe, inputs: {name: clean_parts},
-- previous: {load_id, inputs} or null}. The same at every call: a replay is computed of what there
-- is when it is pinned first.
declare
    this etl.load;
    parts jsonb;
    build etl.mart_build;
begin
    select * into this from etl.load where etl.load.load_id = pin_mart.load_id;
    perform pg_advisory_xact_lock(hashtextextended('etl.mart ' || this.dataset, 0));
    if not exists (select from etl.mart_build as known where known.load_id = this.load_id) then
        parts := etl.mart_parts(this.dataset);
        if parts is null then
            raise exception 'an input of % was never loaded - nothing to compute it of',
                this.dataset using errcode = 'SC004';
        end if;
        perform etl.note_build(this, parts);
    end if;
    select * into build from etl.mart_build as known where known.load_id = this.load_id;
    return jsonb_build_object(
        'recipe', build.recipe, 'inputs', etl.pinned_inputs(build.load_id),
        'previous', case when build.previous is not null then jsonb_build_object(
            'load_id', build.previous, 'inputs', etl.pinned_inputs(build.previous)
        ) end
    );
end;
$$;
