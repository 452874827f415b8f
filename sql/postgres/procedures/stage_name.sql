create or replace function etl.stage_name(dataset text, load_id uuid, attempt integer)
returns text
language sql immutable
set search_path = ''
as $$
-- The stage table of one attempt. Below 63 bytes for every dataset, and the UUID is whole:
-- two loads never share a name after PostgreSQL's truncation.
    select format(
        '%s__%s_%s',
        left(regexp_replace(dataset, '[^a-z0-9_]', '_', 'g'), 24),
        replace(load_id::text, '-', ''), attempt
    );
$$;
