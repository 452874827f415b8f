create or replace function etl.view_readers(relation regclass)
returns table (reader regclass, depth integer, kind "char", is_ours boolean)
language sql stable
set search_path = ''
as $$
-- Every view that reads a relation, also through other views, with how far away it is at most.
    with recursive links as (
        select distinct link.refobjid as read_oid, rewriting.ev_class as reader_oid
        from pg_catalog.pg_depend as link
        inner join pg_catalog.pg_rewrite as rewriting on rewriting.oid = link.objid
        where link.classid = 'pg_catalog.pg_rewrite'::regclass
            and link.refclassid = 'pg_catalog.pg_class'::regclass
            and link.refobjid <> rewriting.ev_class
    ),

    reached as (
        select links.reader_oid, 1 as depth from links where links.read_oid = relation
        union all
        select links.reader_oid, reached.depth + 1
        from reached inner join links on links.read_oid = reached.reader_oid
    )

    select reached.reader_oid::regclass, max(reached.depth), class.relkind, ours.place is not null
    from reached
    inner join pg_catalog.pg_class as class on class.oid = reached.reader_oid
    inner join pg_catalog.pg_namespace as home on home.oid = class.relnamespace
    left join etl.dataset_view as ours
        on ours.target = 'postgres' and ours.schema_name = home.nspname
        and ours.view_name = class.relname
    group by reached.reader_oid, class.relkind, ours.place;
$$;
