create or replace function etl.refresh_token(
    schema_name text, view_name text, began timestamptz
) returns text
language sql stable
set search_path = ''
as $$
-- Under this the Data API begins a refresh once.
    select md5(format('%I.%I %s', schema_name, view_name, extract(epoch from began)));
$$;
