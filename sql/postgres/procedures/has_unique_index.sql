create or replace function etl.has_unique_index(live regclass, key_columns text[])
returns boolean
language sql stable
set search_path = ''
as $$
-- Whether a valid unique index covers exactly these columns, over all rows.
    select exists (
        select from pg_catalog.pg_index as unique_index
        where unique_index.indrelid = live
            and unique_index.indisunique and unique_index.indisvalid
            and unique_index.indpred is null and unique_index.indexprs is null
            and (
                select array_agg(attribute.attname::text order by attribute.attname::text)
                from pg_catalog.pg_attribute as attribute
                where attribute.attrelid = live
                    and attribute.attnum = any(
                        (unique_index.indkey::smallint[])[0:unique_index.indnkeyatts - 1]
                    )
            ) = (select array_agg(key order by key) from unnest(key_columns) as key)
    );
$$;
