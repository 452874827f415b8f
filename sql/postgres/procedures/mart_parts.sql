create or replace function etl.mart_parts(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- What a mart would be computed of now: {input: etl.clean_parts(input)}, of one moment.
-- Null while an input was never loaded.
    select case when bool_and(jsonb_array_length(parts.of_input -> 'loads') > 0)
        then jsonb_object_agg(input.name, parts.of_input)
    end
    from etl.dataset as declared
    cross join lateral unnest(declared.inputs) as input (name)
    cross join lateral (select etl.clean_parts(input.name) as of_input) as parts
    where declared.name = mart_parts.dataset
        and parts.of_input is not null
    having count(*) = (
        select cardinality(inputs) from etl.dataset where name = mart_parts.dataset
    );
$$;
