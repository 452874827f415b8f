{% from "exact.sql" import row_text with context -%}
create or replace function {{ hash }}()
returns table (row_count bigint, hash_sum numeric)
language sql stable
set search_path = ''
as $$
-- How many rows the live table has, and a sum over them that does not depend on their order.
-- Redshift's etl.hash__{{ dataset.name }} makes equal numbers of equal rows.
    select
        count(*),
        coalesce(sum(('x' || left(md5(
            {{ row_text("live", 12) }}
        ), 15))::bit(60)::bigint), 0)
    from {{ live }} as live;
$$;
