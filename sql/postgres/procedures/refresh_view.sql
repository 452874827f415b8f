create or replace function etl.refresh_view(schema_name text, view_name text) returns jsonb
language plpgsql
set search_path = ''
as $$
-- Refresh a materialized view beside its readers: {seconds}; null while another session does.
-- The loads are counted before, so what commits meanwhile is counted the next time.
declare
    began timestamptz := clock_timestamp();
    marks jsonb;
    took double precision;
begin
    if not pg_try_advisory_xact_lock(
        hashtextextended(format('etl.refresh_view %I.%I', schema_name, view_name), 0)
    ) then
        return null;
    end if;
    select etl.view_marks('postgres', ours.datasets) into marks from etl.dataset_view as ours
    where ours.target = 'postgres' and ours.schema_name = refresh_view.schema_name
        and ours.view_name = refresh_view.view_name;
    execute format('refresh materialized view concurrently %I.%I', schema_name, view_name);
    took := extract(epoch from clock_timestamp() - began);
    update etl.dataset_view as ours
    set
        holds = marks, refreshed_at = clock_timestamp(), seconds = took,
        reason = null, failures = 0, told = false,
        due_at = clock_timestamp()
    where ours.target = 'postgres' and ours.schema_name = refresh_view.schema_name
        and ours.view_name = refresh_view.view_name;
    return jsonb_build_object('seconds', took);
end;
$$;
