{% from "exact.sql" import row_text with context -%}
-- {{ dataset.name }}: how many rows its live table has, and a sum over them that does not
-- depend on their order. PostgreSQL's function of this name makes equal numbers of equal rows. Bound
-- late, so that it stands in the way of no change of the table.
create or replace view {{ hash }} as
select
    count(*) as row_count,
    coalesce(sum(strtol(left(md5(
        {{ row_text("live", 8) }}
    ), 15), 16)), 0) as hash_sum
from {{ live }} as live
with no schema binding;
