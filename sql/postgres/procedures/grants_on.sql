create or replace function etl.grants_on(relation regclass) returns text[]
language sql stable
set search_path = ''
as $$
-- The statements that give a view which is made again the owner and the rights of this one.
    with given as (
        select
            exploded.privilege_type, exploded.is_grantable, null::text as column_name,
            case exploded.grantee when 0 then 'public' else exploded.grantee::regrole::text end
                as grantee
        from pg_catalog.pg_class as class
        cross join pg_catalog.aclexplode(class.relacl) as exploded
        where class.oid = relation and exploded.grantee <> class.relowner
        union all
        select
            exploded.privilege_type, exploded.is_grantable, attribute.attname::text,
            case exploded.grantee when 0 then 'public' else exploded.grantee::regrole::text end
        from pg_catalog.pg_attribute as attribute
        cross join pg_catalog.aclexplode(attribute.attacl) as exploded
        where attribute.attrelid = relation
    )

    select array(
        select
            format(
                'grant %s%s on %s to %s%s', given.privilege_type,
                coalesce(' (' || quote_ident(given.column_name) || ')', ''),
                relation, given.grantee,
                case when given.is_grantable then ' with grant option' else '' end
            )
        from given
        order by given.column_name nulls first, given.grantee, given.privilege_type
    ) || array(
        select format('alter table %s owner to %s', relation, class.relowner::regrole)
        from pg_catalog.pg_class as class
        where class.oid = relation and pg_catalog.pg_get_userbyid(class.relowner) <> current_user
    );
$$;
