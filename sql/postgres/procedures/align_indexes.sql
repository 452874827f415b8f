create or replace function etl.align_indexes(dataset text, wanted jsonb) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Create the declared indexes ({name: [column, ..]}) that are not there, and drop those that an
-- earlier declaration made and this one does not name. An index that a person made stays.
-- A table that has them all is not locked.
declare
    mark constant text := 'Declared in datasets/' || align_indexes.dataset || '.yaml';
    live regclass;
    home text;
    index_name text;
begin
    select to_regclass(format('%I.%I', target_schema, target_table)), target_schema
    into live, home
    from etl.dataset where name = align_indexes.dataset;

    for index_name in
        select relname from pg_catalog.pg_index
        inner join pg_catalog.pg_class on pg_class.oid = indexrelid
        where indrelid = live and not wanted ? relname
            and pg_catalog.obj_description(indexrelid, 'pg_class') = mark
    loop
        perform etl.change_live(live, format('drop index %I.%I', home, index_name));
    end loop;

    for index_name in select jsonb_object_keys(wanted) loop
        if to_regclass(format('%I.%I', home, index_name)) is null then
            execute format(
                'create index %I on %s (%s)', index_name, live, (
                    select string_agg(quote_ident(name), ', ' order by place)
                    from jsonb_array_elements_text(wanted -> index_name)
                        with ordinality as listed (name, place)
                )
            );
        end if;
        perform etl.describe('index', format('%I.%I', home, index_name)::regclass, null, mark);
    end loop;
end;
$$;
