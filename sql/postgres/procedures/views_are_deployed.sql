create or replace function etl.views_are_deployed() returns void
language sql
set search_path = ''
as $$
-- The deployment of Redshift is over: its views are there, and may be refreshed.
    update etl.dataset_view as ours
    set due_at = clock_timestamp()
    where ours.target = 'redshift' and ours.failures = 0;
$$;
