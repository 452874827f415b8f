create or replace function etl.replace_view(relation regclass, definition text) returns boolean
language plpgsql
set search_path = ''
as $$
-- Give a view another query; false where its columns do not stay, and nothing happened.
begin
    perform etl.change_live(
        relation, format('create or replace view %s as %s', relation, definition)
    );
    return true;
exception when invalid_table_definition then
    return false;
end;
$$;
