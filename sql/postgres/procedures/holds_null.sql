create or replace function etl.holds_null(live regclass, column_name text) returns boolean
language plpgsql stable
set search_path = ''
as $$
-- Whether any row of a table has no value in a column.
declare
    answer boolean;
begin
    execute format('select exists (select from %s where %I is null)', live, column_name)
    into answer;
    return answer;
end;
$$;
