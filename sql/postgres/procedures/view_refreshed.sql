create or replace function etl.view_refreshed(schema_name text, view_name text) returns void
language sql
set search_path = ''
as $$
-- A view in Redshift holds the loads that were there when its refresh began.
    update etl.dataset_view as ours
    set
        holds = coalesce(ours.asked, ours.holds), asked = null, statement_id = null,
        reason = null, failures = 0, told = false,
        refreshed_at = clock_timestamp(), due_at = clock_timestamp(),
        seconds = extract(epoch from clock_timestamp() - ours.started_at)
    where ours.target = 'redshift' and ours.schema_name = view_refreshed.schema_name
        and ours.view_name = view_refreshed.view_name;
$$;
