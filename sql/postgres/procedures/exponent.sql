create or replace function etl.exponent(double precision)
returns integer
immutable
set search_path = ''
as $$
-- The power of two just below a number; -1022 for what is too small to have one.
    select case
        when $1 = 0 then 0
        when abs($1) / power(2::double precision, etl.near_exponent($1)) >= 2
            then etl.near_exponent($1) + 1
        when
            abs($1) / power(2::double precision, etl.near_exponent($1)) < 1
            and etl.near_exponent($1) > -1022
            then etl.near_exponent($1) - 1
        else etl.near_exponent($1)
    end
$$ language sql;
