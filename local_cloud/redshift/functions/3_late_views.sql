-- Views with no schema binding. A view of PostgreSQL holds on to its tables, so such a view reads
-- a function of its own, which runs the query as a text with the rights of the view's owner. Its
-- columns are those that the query has now: making or changing a table, or a view of this kind,
-- brings them up to date.
create table if not exists redshift_catalog.late_view (
    name text primary key,
    columns text not null,
    query text not null,
    described text not null
);
grant select on redshift_catalog.late_view to public;

create or replace function redshift_catalog.reader_of(view_name text) returns text
language sql immutable
return format('redshift_catalog.%I', 'late ' || view_name);

create or replace function redshift_catalog.describe(query text) returns text
language plpgsql
as $$
-- The columns of a query as `a integer, b text`. Raises what the query raises.
declare
    one_row text := format(
        '(select q.* from (select 1) as one left join (%s) as q on false) as x', query
    );
    names text[];
    types text[];
begin
    execute format('select array(select json_object_keys(row_to_json(x))) from %s', one_row)
    into names;
    execute format(
        'select array[%s] from %s',
        (
            select string_agg(format('pg_typeof(x.%I)::text', name), ', ' order by at)
            from unnest(names) with ordinality as n (name, at)
        ),
        one_row
    ) into types;
    return (
        select string_agg(format('%I %s', name, type), ', ' order by at)
        from unnest(names, types) with ordinality as n (name, type, at)
    );
end;
$$;

create or replace function redshift_catalog.put_reader(reader text, query text, owner regrole)
returns void
language plpgsql
as $$
-- The function that a view reads.
begin
    execute format(
        'create or replace function %s() returns setof record language plpgsql security definer'
        ' as %L', reader, 'begin return query execute ' || quote_literal(query) || '; end'
    );
    execute format('alter function %s() owner to %s', reader, owner);
end;
$$;

create or replace function redshift_catalog.put_late(
    view_name text, columns text, query text, described text, owner regrole
) returns void
language plpgsql security definer
as $$
-- Make or remake a view. Where its columns are others than before, it is made anew with its rights.
declare
    reader text := redshift_catalog.reader_of(view_name);
    statement text := format(
        'view %s %s as select * from %s() as late (%s)',
        view_name, case when columns <> '' then format('(%s)', columns) end, reader, described
    );
    names text[] := parse_ident(view_name);
    rights aclitem[] := (select relacl from pg_class where oid = to_regclass(view_name));
    given record;
begin
    perform redshift_catalog.put_reader(reader, query, owner);
    begin
        execute 'create or replace ' || statement;
    exception when invalid_table_definition then
        execute format('drop view %s', view_name); -- and with it goes its function
        perform redshift_catalog.put_reader(reader, query, owner);
        execute 'create ' || statement;
    end;
    execute format('alter view %s owner to %s', view_name, owner);
    for given in select * from aclexplode(rights) as g where g.grantee <> owner loop
        execute format(
            'grant %s on %s to %s', given.privilege_type, view_name,
            case when given.grantee = 0 then 'public' else given.grantee::regrole::text end
        );
    end loop;
    insert into redshift_catalog.late_view values (view_name, columns, query, described)
    on conflict (name) do update set
        columns = excluded.columns, query = excluded.query, described = excluded.described;
    perform redshift_catalog.refresh_late(names[cardinality(names)]); -- views that read this one
end;
$$;
revoke execute on function redshift_catalog.put_late from public;

create or replace procedure redshift_catalog.bind_late(
    view_name text, columns text, query text, is_replaced boolean, owner text
)
language plpgsql security definer
as $$
-- `create [or replace] view .. with no schema binding`. The query need not work yet.
declare
    names text[] := parse_ident(view_name);
    described text;
begin
    if not is_replaced and to_regclass(view_name) is not null then
        raise exception 'Relation "%" already exists', names[cardinality(names)]
        using errcode = '42P07';
    elsif cardinality(names) > 1 and to_regnamespace(quote_ident(names[1])) is null then
        raise exception 'schema "%" does not exist', names[1] using errcode = '3F000';
    elsif cardinality(names) > 1 and not has_schema_privilege(owner, names[1], 'create') then
        raise exception 'permission denied for schema %', names[1] using errcode = '42501';
    end if;
    begin
        described := redshift_catalog.describe(query);
    exception when undefined_table or invalid_schema_name or undefined_column then
        described := '"?" text'; -- whoever reads it is told what is missing
    end;
    perform redshift_catalog.put_late(
        view_name, columns, query, described, quote_ident(owner)::regrole
    );
end;
$$;

create or replace function redshift_catalog.refresh_late(table_name text) returns void
language plpgsql security definer
as $$
-- A table or a view was made or changed: the views whose text has its name get the columns of today.
declare
    this redshift_catalog.late_view;
    found_columns text;
begin
    for this in
        select * from redshift_catalog.late_view as late
        where strpos(late.query, table_name) > 0 and to_regclass(late.name) is not null
    loop
        begin
            found_columns := redshift_catalog.describe(this.query);
            if found_columns <> this.described then
                perform redshift_catalog.put_late(
                    this.name, this.columns, this.query, found_columns,
                    (select relowner from pg_class where oid = this.name::regclass)::regrole
                );
            end if;
        exception when others then
            raise debug '% stays as it is: %', this.name, sqlerrm;
        end;
    end loop;
end;
$$;
revoke execute on function redshift_catalog.refresh_late from public;

create or replace function redshift_catalog.after_ddl() returns event_trigger
language plpgsql security definer
as $$
-- However a table came to be, its lengths are bytes, and late-binding views see it.
declare
    this record;
begin
    for this in
        select distinct command.objid, class.relname,
            command.command_tag in ('CREATE TABLE AS', 'SELECT INTO') as is_filled
        from pg_event_trigger_ddl_commands() as command
        inner join pg_class as class on class.oid = command.objid
        where
            command.classid = 'pg_class'::regclass and class.relkind = 'r'
            and class.relnamespace <> 'redshift_catalog'::regnamespace
    loop
        perform redshift_catalog.limit_bytes(this.objid, this.is_filled);
        if exists (select from redshift_catalog.late_view) then
            perform redshift_catalog.refresh_late(this.relname);
        end if;
    end loop;
end;
$$;

create or replace function redshift_catalog.after_drop() returns event_trigger
language plpgsql security definer
as $$
-- What is gone is forgotten: a table's facts, and the function that a view has read.
declare
    gone text;
begin
    delete from redshift_catalog.remembered
    where relation in (
        select objid from pg_event_trigger_dropped_objects()
        where classid = 'pg_class'::regclass and objsubid = 0
    );
    for gone in
        delete from redshift_catalog.late_view where to_regclass(name) is null returning name
    loop
        begin
            execute format('drop function if exists %s()', redshift_catalog.reader_of(gone));
        exception when dependent_objects_still_exist then
            raise debug '% was renamed and reads on', gone;
        end;
    end loop;
end;
$$;

drop event trigger if exists redshift_after_ddl;
create event trigger redshift_after_ddl on ddl_command_end
when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
execute function redshift_catalog.after_ddl();

drop event trigger if exists redshift_after_drop;
create event trigger redshift_after_drop on sql_drop
when tag in ('DROP TABLE', 'DROP VIEW', 'DROP SCHEMA', 'DROP OWNED')
execute function redshift_catalog.after_drop();
