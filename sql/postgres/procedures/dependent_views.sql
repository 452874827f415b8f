create or replace function etl.dependent_views(live regclass, column_name text)
returns table (name text, definition text, is_ours boolean)
language sql stable
set search_path = ''
as $$
-- The views that read a column themselves: its type cannot change while they stand. Those of views/
-- (`is_ours`) are dropped and made again by the deployment.
    select distinct
        format('%I.%I', home.nspname, reader.relname),
        pg_catalog.pg_get_viewdef(reader.oid),
        exists (
            select from etl.dataset_view as ours
            where ours.target = 'postgres' and ours.schema_name = home.nspname
                and ours.view_name = reader.relname
        )
    from pg_catalog.pg_depend as link
    inner join pg_catalog.pg_rewrite as rewriting on rewriting.oid = link.objid
    inner join pg_catalog.pg_class as reader on reader.oid = rewriting.ev_class
    inner join pg_catalog.pg_namespace as home on home.oid = reader.relnamespace
    inner join pg_catalog.pg_attribute as attribute
        on attribute.attrelid = link.refobjid and attribute.attnum = link.refobjsubid
    where link.classid = 'pg_catalog.pg_rewrite'::regclass
        and link.refobjid = live and reader.oid <> live
        and attribute.attname = column_name
    order by 1;
$$;
