create or replace function etl.exact(double precision)
returns varchar
language plpgsql immutable
set search_path = ''
as $$
-- A number without a rounding, as the mantissa and the exponent that it is kept as: databases print
-- numbers with different digits. Here they are read from its bits, which is a hundred times faster
-- than Redshift's arithmetic, and the same.
declare
    bits bigint := ('x' || encode(float8send($1), 'hex'))::bit(64)::bigint;
    exponent integer := (bits >> 52) & 2047;
    mantissa bigint := bits & 4503599627370495;
begin
    if $1 = 0 then
        return '0e0';
    elsif exponent = 0 then
        exponent := -1022;
    else
        exponent := exponent - 1023;
        mantissa := mantissa + 4503599627370496;
    end if;
    return case when bits < 0 then -mantissa else mantissa end || 'e' || exponent;
end;
$$;
