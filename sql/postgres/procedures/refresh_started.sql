create or replace function etl.refresh_started(
    schema_name text, view_name text, statement_id text
) returns void
language sql
set search_path = ''
as $$
-- Note the Data API statement that refreshes a view in Redshift.
    update etl.dataset_view as ours
    set statement_id = refresh_started.statement_id
    where ours.target = 'redshift' and ours.schema_name = refresh_started.schema_name
        and ours.view_name = refresh_started.view_name;
$$;
