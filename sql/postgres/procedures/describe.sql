create or replace function etl.describe(
    kind text, relation regclass, column_name text, said text
) returns void
language plpgsql
set search_path = ''
as $$
-- Say of a table, an index or a column (then `column_name` is given) what it is, unless it is said
-- already: a comment takes a lock that waits for a running merge.
declare
    place smallint := coalesce(
        (
            select attnum from pg_catalog.pg_attribute
            where attrelid = relation and attname = column_name
        ), 0
    );
begin
    if place = 0 and pg_catalog.obj_description(relation, 'pg_class') is distinct from said
        or place > 0 and pg_catalog.col_description(relation, place) is distinct from said
    then
        execute format(
            'comment on %s %s is %L', kind,
            relation::text || coalesce('.' || quote_ident(column_name), ''), said
        );
    end if;
end;
$$;
