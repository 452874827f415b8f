-- Text, hashes and regular expressions.
create or replace function pg_catalog.len(value text) returns integer
language sql immutable
return length(value);

create or replace function pg_catalog.strtol(value text, base integer) returns bigint
language plpgsql immutable
as $$
-- https://docs.aws.amazon.com/redshift/latest/dg/r_STRTOL.html
declare
    digits text := regexp_replace(lower(ltrim(value)), '^[+-]', '');
    sum bigint := 0;
    digit integer;
    each text;
begin
    if base = 16 then
        digits := regexp_replace(digits, '^0x', '');
    end if;
    foreach each in array string_to_array(digits, null) loop
        digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', each) - 1;
        if digit < 0 or digit >= base then
            raise exception 'The input % is not valid to be converted to base %', value, base
            using errcode = '22023';
        end if;
        sum := sum * base + digit;
    end loop;
    return case when ltrim(value) like '-%' then -sum else sum end;
end;
$$;

create or replace function pg_catalog.charindex(part text, whole text) returns integer
language sql immutable
return strpos(whole, part);

create or replace function pg_catalog.replicate(value text, times integer) returns text
language sql immutable
return repeat(value, times);

-- Redshift replaces every match, PostgreSQL the first.
create or replace function redshift_catalog.regexp_replace(
    value text, pattern text, new text default ''
) returns text
language sql immutable
return pg_catalog.regexp_replace(value, pattern, new, 'g');

create or replace function pg_catalog.sha2(value text, bits integer) returns text
language sql immutable
return case bits
    when 224 then encode(sha224(convert_to(value, 'UTF8')), 'hex')
    when 384 then encode(sha384(convert_to(value, 'UTF8')), 'hex')
    when 512 then encode(sha512(convert_to(value, 'UTF8')), 'hex')
    when 256 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
    when 0 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
end;

create or replace function redshift_catalog.fnv(raw bytea, seed bigint) returns bigint
language plpgsql immutable strict
as $$
-- FNV-1a of 64 bits, in numbers that have no overflow.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_FNV_HASH.html
declare
    modulus constant numeric := 18446744073709551616;
    hash numeric := case when seed < 0 then modulus + seed else seed end;
    low bigint;
begin
    for at in 0 .. octet_length(raw) - 1 loop
        low := (hash % 256)::bigint;
        hash := ((hash - low + (low # get_byte(raw, at))) * 1099511628211) % modulus;
    end loop;
    return case when hash >= modulus / 2 then hash - modulus else hash end;
end;
$$;

create or replace function redshift_catalog.reversed(raw bytea) returns bytea
language sql immutable
return (
    select string_agg(substring(raw from at for 1), '' order by at desc)
    from generate_series(1, octet_length(raw)) as numbers (at)
);

create or replace function pg_catalog.fnv_hash(value text, seed bigint default -3750763034362895579)
returns bigint
language sql immutable
return redshift_catalog.fnv(convert_to(value, 'UTF8'), seed);

create or replace function pg_catalog.fnv_hash(
    value smallint, seed bigint default -3750763034362895579
) returns bigint
language sql immutable
return redshift_catalog.fnv(redshift_catalog.reversed(int2send(value)), seed);

create or replace function pg_catalog.fnv_hash(
    value integer, seed bigint default -3750763034362895579
) returns bigint
language sql immutable
return redshift_catalog.fnv(redshift_catalog.reversed(int4send(value)), seed);

create or replace function pg_catalog.fnv_hash(
    value bigint, seed bigint default -3750763034362895579
) returns bigint
language sql immutable
return redshift_catalog.fnv(redshift_catalog.reversed(int8send(value)), seed);
