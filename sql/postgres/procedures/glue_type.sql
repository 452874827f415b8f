create or replace function etl.glue_type(type text) returns text
language sql immutable
set search_path = ''
as $$
-- The type that Glue gives to a column of the Parquet that `transform` writes.
    select case
        when glue_type.type in ('boolean', 'smallint', 'bigint', 'date') then glue_type.type
        when glue_type.type = 'integer' then 'int'
        when glue_type.type = 'real' then 'float'
        when glue_type.type = 'double precision' then 'double'
        when glue_type.type = 'numeric' then 'decimal(38,10)'
        when glue_type.type like 'numeric(%' then replace(glue_type.type, 'numeric', 'decimal')
        when glue_type.type like 'timestamp%' then 'timestamp'
        else 'string'
    end;
$$;
