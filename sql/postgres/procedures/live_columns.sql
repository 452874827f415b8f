create or replace function etl.live_columns(dataset text)
returns table (place bigint, name text, type text, nullable boolean)
language sql stable
set search_path = ''
as $$
-- The columns of a live table: the declared ones, those that files have brought, then those that a
-- history adds.
    select * from etl.declared_columns(live_columns.dataset)
    union all
    select 5000 + extra.place, extra.name, 'text', true
    from etl.extra_columns(live_columns.dataset) as extra
    union all
    select added.* from etl.dataset as declared
    cross join (
        values
        (10001::bigint, 'valid_from', 'timestamp with time zone', false),
        (10002::bigint, 'valid_to', 'timestamp with time zone', true),
        (10003::bigint, 'is_current', 'boolean', false)
    ) as added (place, name, type, nullable)
    where declared.name = live_columns.dataset and declared.mode = 'history';
$$;
