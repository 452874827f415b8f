create or replace function etl.near_exponent(double precision)
returns integer
immutable
as $$
-- The power of two just below a number, or a neighbour of it: logarithms are not exact.
    select case
        when $1 = 0 then 0
        else least(greatest(floor(ln(abs($1)) / ln(2::double precision)), -1022), 1023)::integer
    end
$$ language sql;

create or replace function etl.exponent(double precision)
returns integer
immutable
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

create or replace function etl.exact(double precision)
returns varchar
immutable
as $$
-- A number without a rounding, as the mantissa and the exponent that it is kept as. Databases
-- print numbers with different digits; these steps are exact in every one of them.
    select (
        $1 / power(2::double precision, etl.exponent($1)) * 4503599627370496
    )::bigint::varchar || 'e' || etl.exponent($1)::varchar
$$ language sql;
