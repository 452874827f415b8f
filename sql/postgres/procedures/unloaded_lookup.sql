create or replace function etl.unloaded_lookup(this etl.load) returns text
language sql stable
set search_path = ''
as $$
-- The first of the datasets that a load looks up which was never loaded; null when there is none.
    select looked_up.name
    from etl.dataset as declared
    cross join unnest(declared.lookups) as looked_up (name)
    where declared.name = this.dataset and this.lookups is null
        and not exists (
            select from etl.load as done
            where done.dataset = looked_up.name and done.state = 'applied'
        )
    order by looked_up.name
    limit 1;
$$;
