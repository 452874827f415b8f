create or replace function etl.running_refreshes(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The refreshes that run in Redshift, of every dataset when it is null:
-- [{schema_name, view_name, datasets, statement_id, token, running_seconds}].
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'schema_name', ours.schema_name, 'view_name', ours.view_name,
                'datasets', ours.datasets, 'statement_id', ours.statement_id,
                'token', etl.refresh_token(ours.schema_name, ours.view_name, ours.started_at),
                'running_seconds', extract(epoch from clock_timestamp() - ours.started_at)
            ) order by ours.place
        ), '[]'
    )
    from etl.dataset_view as ours
    where ours.target = 'redshift' and ours.asked is not null
        and (running_refreshes.dataset is null or running_refreshes.dataset = any(ours.datasets));
$$;
