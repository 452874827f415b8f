create or replace function etl.is_plain_view(relation regclass) returns boolean
language sql stable
set search_path = ''
as $$
-- Whether a relation is a view that holds no rows.
    select class.relkind = 'v' from pg_catalog.pg_class as class where class.oid = relation;
$$;
