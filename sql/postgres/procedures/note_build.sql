create or replace function etl.note_build(this etl.load, parts jsonb) returns void
language sql
set search_path = ''
as $$
-- Note what a load of a mart is computed of, once: `parts` as of etl.mart_parts. Its partitions may
-- be kept from the load that was applied last with the same recipe.
    with noted as (
        insert into etl.mart_build (load_id, recipe, previous)
        select
            this.load_id, declared.recipe,
            (
                select done.load_id
                from etl.load as done
                inner join etl.mart_build as build on build.load_id = done.load_id
                where done.dataset = this.dataset and done.state = 'applied'
                    and build.recipe = declared.recipe
                order by done.ended_at desc
                limit 1
            )
        from etl.dataset as declared
        where declared.name = this.dataset
        on conflict (load_id) do nothing
        returning load_id
    )

    insert into etl.mart_input (load_id, input, parts)
    select noted.load_id, input.key, input.value
    from noted cross join lateral jsonb_each(parts) as input;
$$;
