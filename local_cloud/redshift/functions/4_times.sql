-- Dates and times. The session's zone is UTC, as it is on Redshift.
create or replace function pg_catalog.getdate() returns timestamp
language sql stable
return (statement_timestamp() at time zone 'UTC')::timestamp (0);

create or replace function pg_catalog.sysdate() returns timestamp
language sql stable
return transaction_timestamp() at time zone 'UTC';

create or replace function redshift_catalog.months(part text) returns integer
language sql immutable
return case
    when part in ('month', 'months', 'mon', 'mons') then 1
    when part in ('quarter', 'quarters', 'qtr', 'qtrs') then 3
    when part in ('year', 'years', 'y', 'yr', 'yrs') then 12
    when part in ('decade', 'decades', 'dec', 'decs') then 120
    when part in ('century', 'centuries', 'c', 'cent', 'cents') then 1200
    when part in ('millennium', 'millennia', 'mil', 'mils') then 12000
end;

create or replace function redshift_catalog.microseconds(part text) returns bigint
language sql immutable
return case
    when part ~ '^(microsec(ond)?s?|useconds?|us|usecs?)$' then 1
    when part ~ '^(millisec(ond)?s?|mseconds?|ms|msecs?)$' then 1000
    when part ~ '^(seconds?|s|secs?)$' then 1000000
    when part ~ '^(minutes?|m|mins?)$' then 60000000
    when part ~ '^(hours?|h|hrs?)$' then 3600000000
    when part ~ '^(days?|d|dayofyear|doy|dy|yearday|dow|dw|weekday)$' then 86400000000
    when part ~ '^(weeks?|w)$' then 604800000000
end;

create or replace function redshift_catalog.unknown_part(part text) returns boolean
language plpgsql
as $$
begin
    raise exception 'unknown date part "%"', part using errcode = '22023';
end;
$$;

create or replace function pg_catalog.dateadd(part text, number bigint, moment timestamp)
returns timestamp
language plpgsql immutable
as $$
-- Months end where the shorter month ends; only years go from 29 February to 1 March.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html
declare
    months integer := redshift_catalog.months(lower(part));
    microseconds bigint := redshift_catalog.microseconds(lower(part));
    moved timestamp;
begin
    if months is null and microseconds is null then
        perform redshift_catalog.unknown_part(part);
    elsif months is null then
        return moment + number * microseconds * interval '1 microsecond';
    end if;
    moved := moment + number * months * interval '1 month';
    if months >= 12 and extract(day from moment) <> extract(day from moved) then
        return moved + interval '1 day';
    end if;
    return moved;
end;
$$;

create or replace function pg_catalog.dateadd(part text, number bigint, moment date)
returns timestamp
language sql immutable
return pg_catalog.dateadd(part, number, moment::timestamp);

create or replace function pg_catalog.dateadd(part text, number bigint, moment timestamptz)
returns timestamptz
language sql stable
return pg_catalog.dateadd(part, number, moment at time zone 'UTC') at time zone 'UTC';

create or replace function pg_catalog.dateadd(part text, number bigint, moment time)
returns time
language sql immutable
return moment + number * redshift_catalog.microseconds(lower(part)) * interval '1 microsecond';

create or replace function pg_catalog.datediff(part text, begun timestamp, ended timestamp)
returns bigint
language plpgsql immutable
as $$
-- How many borders of the part lie between two moments; a week begins on Sunday.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_DATEDIFF_function.html
declare
    months integer := redshift_catalog.months(lower(part));
    unit bigint := redshift_catalog.microseconds(lower(part));
    sunday timestamp := '2000-01-02';
begin
    if months is null and unit is null then
        perform redshift_catalog.unknown_part(part);
    elsif months is not null then
        return floor((extract(year from ended) * 12 + extract(month from ended) - 1) / months)
            - floor((extract(year from begun) * 12 + extract(month from begun) - 1) / months);
    end if;
    return floor(extract(epoch from ended - sunday) * 1000000 / unit)
        - floor(extract(epoch from begun - sunday) * 1000000 / unit);
end;
$$;

create or replace function pg_catalog.datediff(part text, begun date, ended date)
returns bigint
language sql immutable
return pg_catalog.datediff(part, begun::timestamp, ended::timestamp);

create or replace function pg_catalog.datediff(part text, begun time, ended time)
returns bigint
language sql immutable
return pg_catalog.datediff(part, '2000-01-01'::date + begun, '2000-01-01'::date + ended);

create or replace function pg_catalog.datediff(part text, begun timestamptz, ended timestamptz)
returns bigint
language sql stable
return pg_catalog.datediff(part, begun at time zone 'UTC', ended at time zone 'UTC');

create or replace function redshift_catalog.date_part(part text, moment timestamp)
returns double precision
language sql immutable
return pg_catalog.date_part(part, moment);

create or replace function redshift_catalog.date_part(part text, moment timestamptz)
returns double precision
language sql stable
return pg_catalog.date_part(part, moment);

create or replace function pg_catalog.convert_timezone(source text, target text, moment timestamp)
returns timestamp
language sql immutable
return moment at time zone source at time zone target;

create or replace function pg_catalog.convert_timezone(target text, moment timestamp)
returns timestamp
language sql immutable
return moment at time zone 'UTC' at time zone target;

create or replace function pg_catalog.convert_timezone(target text, moment timestamptz)
returns timestamp
language sql immutable
return moment at time zone target;

create or replace function pg_catalog.trunc(moment timestamp) returns date
language sql immutable
return moment::date;

create or replace function pg_catalog.last_day(moment timestamp) returns date
language sql immutable
return (date_trunc('month', moment) + interval '1 month' - interval '1 day')::date;

create or replace function pg_catalog.add_months(moment timestamp, months bigint) returns timestamp
language sql immutable
return case
    when extract(day from moment + interval '1 day') = 1
        then date_trunc('month', moment) + (months + 1) * interval '1 month' - interval '1 day'
            + (moment - date_trunc('day', moment))
    else moment + months * interval '1 month'
end;

create or replace function pg_catalog.months_between(later timestamp, earlier timestamp)
returns double precision
language sql immutable
return
-- Whole months between equal days and between last days of months; else a month has 31 days.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_MONTHS_BETWEEN_function.html
(extract(year from later) - extract(year from earlier)) * 12
+ extract(month from later) - extract(month from earlier)
+ case
    when
        extract(day from later + interval '1 day') = 1
        and extract(day from earlier + interval '1 day') = 1
        then 0
    else (extract(day from later) - extract(day from earlier)) / 31.0
end;
