-- JSON in text, and SUPER, which is jsonb here.
create or replace function redshift_catalog.kind_of_json(value text) returns text
language plpgsql immutable strict
as $$
begin
    return json_typeof(value::json);
exception when invalid_text_representation then
    return 'none';
end;
$$;

create or replace function pg_catalog.is_valid_json(value text) returns boolean
language sql immutable
return redshift_catalog.kind_of_json(value) = 'object';

create or replace function pg_catalog.is_valid_json_array(value text) returns boolean
language sql immutable
return redshift_catalog.kind_of_json(value) = 'array';

create or replace function pg_catalog.json_parse(value text) returns jsonb
language sql immutable
return value::jsonb;

create or replace function pg_catalog.can_json_parse(value text) returns boolean
language sql immutable
return redshift_catalog.kind_of_json(value) <> 'none';

create or replace function pg_catalog.json_serialize(value jsonb) returns text
language sql immutable
return value::text;

create or replace function pg_catalog.json_typeof(value jsonb) returns text
language sql immutable
return jsonb_typeof(value);

-- What is not there is an empty text; the last argument may say that invalid JSON is null.
create or replace function pg_catalog.json_extract_path_text(value text, variadic keys text[])
returns text
language sql immutable
return
case
    when value is null then null
    when keys[cardinality(keys)] = 'true' and redshift_catalog.kind_of_json(value) = 'none' then null
    when keys[cardinality(keys)] in ('true', 'false')
        then coalesce(value::json #>> keys[1 : cardinality(keys) - 1], '')
    else coalesce(value::json #>> keys, '')
end;

create or replace function pg_catalog.json_extract_array_element_text(value text, at integer)
returns text
language sql immutable
return value::json ->> at;

create or replace function pg_catalog.json_array_length(value text) returns integer
language sql immutable
return json_array_length(value::json);
