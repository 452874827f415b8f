create or replace function etl.extra_columns(dataset text)
returns table (place bigint, name text)
language sql stable
set search_path = ''
as $$
-- The columns that files have brought and that nobody has declared since, the oldest first.
    select row_number() over (order by extra.added_at, extra.name), extra.name
    from etl.extra_column as extra
    inner join etl.dataset as declared on declared.name = extra.dataset
    where extra.dataset = extra_columns.dataset and declared.drift = 'evolve'
        and extra.name not in (
            select column_name.name
            from etl.declared_columns(extra_columns.dataset) as column_name
        );
$$;
