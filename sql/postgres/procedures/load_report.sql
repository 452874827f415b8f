create or replace function etl.load_report(load_id text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
-- One load, by its id or the start of it.
begin
    return etl.load_json(etl.find_load(load_report.load_id));
end;
$$;
