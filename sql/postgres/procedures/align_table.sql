create or replace function etl.align_table(dataset text) returns void
language plpgsql
set search_path = ''
as $$
-- Bring the live table to a changed declaration: new nullable columns are added, anything else
-- is refused with the SQL that a person would run.
declare
    change record;
    refused text;
begin
    for change in
        select * from etl.column_differences(align_table.dataset) where is_addable
    loop
        execute change.remedy;
    end loop;

    select string_agg(difference || ' - run: ' || remedy, '; ') into refused
    from etl.column_differences(align_table.dataset);
    if refused is not null then
        raise exception 'the live table of % differs from its declaration: %',
            align_table.dataset, refused using errcode = 'SC001';
    end if;
end;
$$;
