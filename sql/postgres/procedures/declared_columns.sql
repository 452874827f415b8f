create or replace function etl.declared_columns(dataset text)
returns table (place bigint, name text, type text, nullable boolean)
language sql stable
set search_path = ''
as $$
-- The columns of a dataset in the declaration's order, types as the catalogue spells them.
    select listed.place, listed.item ->> 'name', listed.item ->> 'type',
        (listed.item ->> 'nullable')::boolean
    from etl.dataset as declared
    cross join jsonb_array_elements(declared.columns)
        with ordinality as listed (item, place)
    where declared.name = declared_columns.dataset;
$$;
