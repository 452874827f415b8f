create or replace function etl.stale_views(target text, dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The materialized views of a database that do not hold the newest loads, and are due:
-- [{schema_name, view_name, datasets, seconds}]. Of every dataset when it is null.
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'schema_name', ours.schema_name, 'view_name', ours.view_name,
                'datasets', ours.datasets, 'seconds', ours.seconds
            ) order by ours.place
        ), '[]'
    )
    from etl.dataset_view as ours
    where ours.target = stale_views.target and ours.materialized and ours.asked is null
        and ours.due_at <= clock_timestamp()
        and (stale_views.dataset is null or stale_views.dataset = any(ours.datasets))
        and ours.holds is distinct from etl.view_marks(stale_views.target, ours.datasets);
$$;
