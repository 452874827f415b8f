create or replace function etl.align_table(dataset text) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Bring the live table to a changed declaration, in one `alter table`, or refuse all of it.
-- Columns that may be null are added, types become wider, a column may be null from now on, or may
-- not when no row is. Anything else would lose or refuse values: SC001, with one sentence per
-- difference and the SQL that a person would run. Raises 55P03, with who is in the way, when the
-- table stays in use for etl.settings.ddl_lock_timeout; nothing has changed then.
declare
    live regclass;
    refused text;
    actions text;
begin
    select to_regclass(format('%I.%I', target_schema, target_table)) into live
    from etl.dataset where name = align_table.dataset;
    delete from etl.extra_column as gone
    where gone.dataset = align_table.dataset and not exists (
        select from pg_catalog.pg_attribute
        where attrelid = live and attname = gone.name and not attisdropped
    );

    select string_agg(said.difference || ' - run: ' || said.remedy, '; ') into refused
    from (
        select difference, remedy from etl.unsafe_differences(align_table.dataset, live)
        union all
        select difference, remedy from etl.key_differences(align_table.dataset)
    ) as said;
    if refused is not null then
        raise exception 'the live table of % differs from its declaration: %',
            align_table.dataset, refused using errcode = 'SC001';
    end if;

    select string_agg(action, ', ') into actions
    from etl.column_differences(align_table.dataset);
    if actions is not null then
        insert into etl.drift (dataset, "column", change, detail)
        select
            align_table.dataset, column_name,
            case change when 'missing' then 'added' when 'type' then 'widened' else change end,
            case change when 'type' then format('%s became %s', old_type, new_type) else action end
        from etl.column_differences(align_table.dataset);
        if exists (
            select from etl.column_differences(align_table.dataset) as difference
            cross join lateral etl.dependent_views(live, difference.column_name)
            where difference.change = 'type'
        ) then
            perform etl.set_readers_aside(live);
        end if;
        perform etl.change_live(live, format('alter table %s %s', live, actions));
    end if;

    with declared as (
        delete from etl.extra_column as extra
        where extra.dataset = align_table.dataset
            and extra.name not in (select name from etl.extra_columns(align_table.dataset))
        returning extra.name, extra.found
    )

    insert into etl.drift (dataset, "column", change, detail)
    select align_table.dataset, name, 'declared', format('files bring it as %s', found)
    from declared;
end;
$$;
