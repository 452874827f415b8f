create or replace function etl.unsafe_differences(dataset text, live regclass)
returns table (difference text, remedy text)
language plpgsql stable
set search_path = ''
as $$
-- The differences between a live table and its declaration that a deployment leaves to a person.
declare
    change record;
    size bigint := pg_catalog.pg_table_size(live);
    max_size bigint := (select settings.max_rewrite from etl.settings);
begin
    for change in select * from etl.column_differences(unsafe_differences.dataset) loop
        difference := change.difference;
        remedy := change.remedy;
        if change.change = 'tightened' then
            if etl.holds_null(live, change.column_name) then
                difference := difference || ', and rows hold null';
                return next;
            end if;
        elsif not change.is_safe then
            return next;
        elsif change.change = 'type' and size > max_size
            and etl.is_rewritten(change.old_type, change.new_type)
        then
            difference := format(
                '%s, and readers would wait while %s are rewritten',
                difference, pg_catalog.pg_size_pretty(size)
            );
            return next;
        end if;
    end loop;
end;
$$;
