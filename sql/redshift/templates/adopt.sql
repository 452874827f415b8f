create or replace procedure {{ adopt }}(_extras varchar)
language plpgsql
as $$
-- Add the columns of a JSON list, which files brought and nobody declared, to
-- {{ live }} and to the shape of its stage tables, as text that may
-- be null; those that are there stay.
declare
    _name varchar(127);
    _rows bigint;
begin
    for _at in 0..json_array_length(_extras) - 1 loop
        _name := json_extract_array_element_text(_extras, _at);
        select count(*) into _rows from information_schema.columns
        where
            table_schema = {{ target.schema | literal }}
            and table_name = {{ target.table | literal }}
            and column_name = _name;
        if _rows = 0 then
            execute {{ ("alter table " ~ live ~ " add column ") | literal }}
            || quote_ident(_name) || ' varchar(65535)';
        end if;
        select count(*) into _rows from information_schema.columns
        where
            table_schema = 'stage'
            and table_name = {{ dataset.name | literal }}
            and column_name = _name;
        if _rows = 0 then
            execute {{ ("alter table " ~ stage ~ " add column ") | literal }}
            || quote_ident(_name) || ' varchar(65535)';
        end if;
    end loop;
end;
$$;
