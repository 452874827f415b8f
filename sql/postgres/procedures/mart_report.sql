create or replace function etl.mart_report(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- What the command line shows of a load's inputs, {input: {loads, newest}}; null for no mart.
    select jsonb_object_agg(
        pinned.input, jsonb_build_object(
            'loads', jsonb_array_length(pinned.parts -> 'loads'),
            'newest', pinned.parts -> 'loads' -> -1
        )
    )
    from etl.mart_input as pinned
    where pinned.load_id = mart_report.load_id;
$$;
