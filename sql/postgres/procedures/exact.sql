create or replace function etl.exact(double precision)
returns varchar
immutable
set search_path = ''
as $$
-- A number without a rounding, as the mantissa and the exponent that it is kept as. Databases
-- print numbers with different digits; these steps are exact in every one of them.
    select (
        $1 / power(2::double precision, etl.exponent($1)) * 4503599627370496
    )::bigint::varchar || 'e' || etl.exponent($1)::varchar
$$ language sql;
