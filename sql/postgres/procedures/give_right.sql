create or replace function etl.give_right(statement text) returns void
language plpgsql
set search_path = ''
as $$
-- Run a statement of etl.grants_on; a right on a column that is gone, or of a role that is, goes.
begin
    execute statement;
exception when undefined_column or undefined_object then
    raise notice 'not given any more: %', statement;
end;
$$;
