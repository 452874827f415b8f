{% from "exact.sql" import row_text with context -%}
create or replace function {{ hash_part }}(first_row tid, end_row tid)
returns table (row_count bigint, hash_sum numeric)
language sql stable
set search_path = ''
as $$
-- How many rows a range of the live table has, and a sum over them that does not depend on their
-- order: the sums of ranges add up. So a table is hashed in as many sessions as there are.
    select
        count(*),
        coalesce(sum(('x' || left(md5(
            {{ row_text("live", 12) }}
        ), 15))::bit(60)::bigint), 0)
    from {{ live }} as live
    where live.ctid >= first_row and live.ctid < end_row;
$$;

create or replace function {{ hash }}()
returns table (row_count bigint, hash_sum numeric)
language sql stable
set search_path = ''
as $$
-- The same of the whole live table.
-- Redshift's etl.hash__{{ dataset.name }} makes equal numbers of equal rows.
    select * from {{ hash_part }}('(0,0)', '(4294967295,0)');
$$;
