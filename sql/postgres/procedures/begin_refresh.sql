create or replace function etl.begin_refresh(schema_name text, view_name text) returns jsonb
language plpgsql
set search_path = ''
as $$
-- Whoever gets an answer refreshes a view in Redshift; null while somebody does.
-- {token}: under it the Data API begins once.
declare
    mine timestamptz;
begin
    update etl.dataset_view as ours
    set
        asked = etl.view_marks('redshift', ours.datasets), statement_id = null,
        started_at = clock_timestamp()
    where ours.target = 'redshift' and ours.schema_name = begin_refresh.schema_name
        and ours.view_name = begin_refresh.view_name and ours.asked is null
    returning ours.started_at into mine;
    if mine is null then
        return null;
    end if;
    return jsonb_build_object('token', etl.refresh_token(schema_name, view_name, mine));
end;
$$;
