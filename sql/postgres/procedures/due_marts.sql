create or replace function etl.due_marts() returns jsonb
language sql stable
set search_path = ''
as $$
-- The marts to build, [{dataset, recipe}], by name: those whose inputs are newer than what their
-- newest build was asked for with, while nothing more of them is on its way; and those whose build
-- was asked for and did not get as far as the queue. One at a time is open of each.
    select coalesce(
        jsonb_agg(
            jsonb_build_object('dataset', declared.name, 'recipe', declared.recipe)
            order by declared.name
        ), '[]'
    )
    from etl.dataset as declared
    cross join lateral etl.newest_build(declared.name) as newest
    where declared.recipe is not null
        and case
            when newest.state = 'received' then true
            when newest.state in ('queued', 'running') then false
            else etl.is_stale(declared.name) and not etl.waits_for_inputs(declared.name)
        end;
$$;
