create or replace function etl.choose_lookups(this etl.load) returns jsonb
language sql stable
set search_path = ''
as $$
-- The loads whose rows a load is to look up, by dataset: those that it was given before, else what
-- each of the datasets holds now: {"taxi_zones": [load_id]}.
    select coalesce(
        this.lookups,
        (
            select jsonb_object_agg(looked_up.name, etl.clean_parts(looked_up.name) -> 'loads')
            from etl.dataset as declared
            cross join unnest(declared.lookups) as looked_up (name)
            where declared.name = this.dataset
        ),
        '{}'
    );
$$;
