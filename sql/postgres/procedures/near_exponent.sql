create or replace function etl.near_exponent(double precision)
returns integer
immutable
set search_path = ''
as $$
-- The power of two just below a number, or a neighbour of it: logarithms are not exact.
    select case
        when $1 = 0 then 0
        else least(greatest(floor(ln(abs($1)) / ln(2::double precision)), -1022), 1023)::integer
    end
$$ language sql;
