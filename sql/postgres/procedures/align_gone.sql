create or replace function etl.align_gone(dataset text) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Bring the memory of deleted keys (etl.gone__<dataset>) to the types of the live table.
-- Raises SC001 when it is kept by other columns than the declaration orders and keys rows by now.
declare
    gone regclass := pg_catalog.to_regclass(format('etl.%I', 'gone__' || align_gone.dataset));
    declared etl.dataset;
    wanted text[];
    present text[];
    column_name record;
begin
    select * into declared from etl.dataset where name = align_gone.dataset;
    wanted := array(
        select distinct unnest(declared.key_columns || declared.order_by) as name order by name
    );
    present := array(
        select attname::text as name from pg_catalog.pg_attribute
        where attrelid = gone and attnum > 0 and not attisdropped order by name
    );
    if present <> wanted then
        raise exception 'deleted keys of % are remembered by %, the declaration says % - '
            'run, and late rows may bring deleted keys back: drop table %;',
            align_gone.dataset, array_to_string(present, ', '), array_to_string(wanted, ', '),
            gone using errcode = 'SC001';
    end if;

    for column_name in
        select attname as name, live.type
        from pg_catalog.pg_attribute
        inner join etl.declared_columns(align_gone.dataset) as live on live.name = attname
        where attrelid = gone and attnum > 0 and not attisdropped
            and pg_catalog.format_type(atttypid, atttypmod) <> live.type
    loop
        execute format(
            'alter table %s alter column %I type %s', gone, column_name.name, column_name.type
        );
    end loop;
end;
$$;
