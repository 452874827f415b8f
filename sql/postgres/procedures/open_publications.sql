create or replace function etl.open_publications(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The running and waiting publications, oldest first, of one dataset or (null) of all:
-- [{load_id, attempt, dataset, state, statement_id, wait_seconds, ..}].
    select coalesce(jsonb_agg(etl.publication_json(open) order by open.publication_id), '[]')
    from etl.publication as open
    where open.state in ('running', 'waiting')
        and (open_publications.dataset is null or open.dataset = open_publications.dataset);
$$;
