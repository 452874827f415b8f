create or replace function etl.set_view_aside(relation regclass) returns void
language plpgsql
set search_path = ''
as $$
-- Drop a view of ours until the deployment that runs makes it again, with the rights it has.
begin
    update etl.dataset_view as ours
    set grants = etl.grants_on(relation), digest = ''
    from pg_catalog.pg_class as class
    inner join pg_catalog.pg_namespace as home on home.oid = class.relnamespace
    where class.oid = relation and ours.target = 'postgres'
        and ours.schema_name = home.nspname and ours.view_name = class.relname;
    perform etl.change_live(
        relation,
        format(
            'drop %s view %s',
            (select case relkind when 'm' then 'materialized' end from pg_catalog.pg_class
            where oid = relation),
            relation
        )
    );
end;
$$;
