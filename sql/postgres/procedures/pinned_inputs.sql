create or replace function etl.pinned_inputs(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- What a load of a mart was asked for with: {input: etl.clean_parts(input)}; null for any other.
    select jsonb_object_agg(pinned.input, pinned.parts)
    from etl.mart_input as pinned
    where pinned.load_id = pinned_inputs.load_id;
$$;
