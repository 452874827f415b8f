create or replace function etl.open_loads(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The running and queued loads of a dataset, the running one first:
-- [{load_id, state, attempt, workflow_run_id, claimed_seconds, pinned_key}].
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'load_id', open.load_id, 'state', open.state, 'attempt', open.attempt,
                'workflow_run_id', open.workflow_run_id,
                'claimed_seconds', extract(epoch from clock_timestamp() - open.claimed_at),
                'pinned_key', open.facts ->> 'pinned_key'
            )
            order by open.state desc, open.received_at
        ), '[]'
    )
    from etl.load as open
    where open.dataset = open_loads.dataset and open.state in ('running', 'queued');
$$;
