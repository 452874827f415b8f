-- What Redshift has and PostgreSQL lacks. Run by the administrator, as often as you like.
-- Functions go to pg_catalog, where they are found under every search_path; what only the strict
-- layer calls is in redshift_catalog.
create schema if not exists redshift_catalog;
grant usage on schema redshift_catalog to public;

-- Distribution, sorting and keys: declared, and neither used nor enforced.
create table if not exists redshift_catalog.remembered (relation oid primary key, facts jsonb not null);
create table if not exists redshift_catalog.late_view (
    name text primary key, columns text not null, query text not null, described text not null
);
grant select on redshift_catalog.remembered, redshift_catalog.late_view to public;

create or replace procedure redshift_catalog.remember(table_name text, new_facts jsonb)
language plpgsql security definer
as $$
declare
    known jsonb;
    key text;
begin
    select facts into known from redshift_catalog.remembered where relation = table_name::regclass;
    known := coalesce(known, '{}');
    if new_facts ->> 'dropped' = (select relname || '_pkey' from pg_class where oid = table_name::regclass) then
        new_facts := (new_facts - 'dropped') || '{"primary_key": null}';
    end if;
    if known ? 'encode' and new_facts ? 'encode' then
        new_facts := new_facts || jsonb_build_object('encode', known -> 'encode' || (new_facts -> 'encode'));
    end if;
    insert into redshift_catalog.remembered values (table_name::regclass, jsonb_strip_nulls(known || new_facts))
    on conflict (relation) do update set facts = excluded.facts;
    for key in select jsonb_array_elements_text(new_facts -> 'primary_key') where new_facts -> 'primary_key' <> 'null'
    loop
        execute format('alter table %s alter column %I set not null', table_name, key);
    end loop;
end;
$$;

-- Lengths are bytes.
create or replace function redshift_catalog.too_long(type_name text) returns boolean
language plpgsql volatile
as $$
begin
    raise exception 'value too long for type %', type_name using errcode = '22001';
end;
$$;

create or replace function redshift_catalog.cut_long(value text, bytes integer) returns text
language plpgsql immutable
as $$
declare
    raw bytea := convert_to(value, 'UTF8');
    at integer := bytes;
begin
    while at > 0 and (get_byte(raw, at) & 192) = 128 loop
        at := at - 1;
    end loop;
    return convert_from(substring(raw from 1 for at), 'UTF8');
end;
$$;

create or replace function redshift_catalog.cut(value text, bytes integer) returns text
language sql immutable
return case when octet_length(value) > bytes then redshift_catalog.cut_long(value, bytes) else value end;

create or replace function redshift_catalog.limit_bytes(relation oid) returns void
language plpgsql
as $$
-- A varchar(n) or char(n) of PostgreSQL counts characters: a check counts its bytes.
declare
    changes text;
    stale text;
begin
    select string_agg(format('alter column %I type varchar(65535)', attname), ', ') into changes
    from pg_attribute
    where attrelid = relation and attnum > 0 and not attisdropped and atttypid = 'text'::regtype;
    if changes is not null then
        execute format('alter table %s %s', relation::regclass, changes);
    end if;

    select
        string_agg(
            format(
                'add constraint %I check (case when octet_length(%I%s) > %s'
                ' then redshift_catalog.too_long(%L) else true end)',
                format('bytes_%s_%s', attnum, atttypmod - 4), attname,
                case when atttypid = 'bpchar'::regtype then '::text' end, atttypmod - 4,
                format_type(atttypid, atttypmod)
            ), ', '
        )
    into changes
    from pg_attribute
    where
        attrelid = relation and attnum > 0 and not attisdropped
        and atttypid in ('varchar'::regtype, 'bpchar'::regtype) and atttypmod > 4
        and not exists (
            select from pg_constraint
            where conrelid = relation and conname = format('bytes_%s_%s', attnum, atttypmod - 4)
        );
    if changes is null then
        return;
    end if;
    select string_agg(format('drop constraint %I', conname), ', ') into stale
    from pg_constraint
    where
        conrelid = relation and contype = 'c' and conname ~ '^bytes_\d+_\d+$'
        and not exists (
            select from pg_attribute
            where
                attrelid = relation and not attisdropped
                and format('bytes_%s_%s', attnum, atttypmod - 4) = conname
        );
    execute format('alter table %s %s', relation::regclass, concat_ws(', ', stale, changes));
end;
$$;

-- Views with no schema binding: the query is a text that is run when the view is read.
create or replace function redshift_catalog.describe(query text) returns text
language plpgsql
as $$
-- The columns of a query as `"a" integer, "b" text`. Raises what the query raises.
declare
    one_row text := format('(select q.* from (select 1) as one left join (%s) as q on false) as x', query);
    names text[];
    types text[];
begin
    execute format('select array(select json_object_keys(row_to_json(x))) from %s', one_row) into names;
    execute format(
        'select array[%s] from %s',
        (select string_agg(format('pg_typeof(x.%I)::text', name), ', ' order by at) from unnest(names) with ordinality as n (name, at)),
        one_row
    ) into types;
    return (select string_agg(format('%I %s', name, type), ', ' order by at) from unnest(names, types) with ordinality as n (name, type, at));
end;
$$;

create or replace function redshift_catalog.put_late(view_name text, columns text, query text, described text, owner regrole) returns void
language plpgsql security definer
as $$
declare
    function_name text := format('redshift_catalog.%I', 'late ' || view_name);
    names text := case when columns = '' then '' else format('(%s)', columns) end;
    statement text;
begin
    if to_regprocedure(function_name || '()') is null then
        execute format('create function %s() returns setof record language plpgsql security definer as %L',
            function_name, 'begin return query execute ' || quote_literal(query) || '; end');
    else
        execute format('create or replace function %s() returns setof record language plpgsql security definer as %L',
            function_name, 'begin return query execute ' || quote_literal(query) || '; end');
    end if;
    execute format('alter function %s() owner to %s', function_name, owner);
    statement := format('view %s %s as select * from %s() as late (%s)', view_name, names, function_name, described);
    begin
        execute 'create or replace ' || statement;
    exception when invalid_table_definition then
        execute format('drop view %s', view_name);
        execute 'create ' || statement;
    end;
    execute format('alter view %s owner to %s', view_name, owner);
    insert into redshift_catalog.late_view values (view_name, columns, query, described)
    on conflict (name) do update set
        columns = excluded.columns, query = excluded.query, described = excluded.described;
end;
$$;

create or replace procedure redshift_catalog.bind_late(view_name text, columns text, query text, is_replaced boolean)
language plpgsql
as $$
declare
    described text;
begin
    if not is_replaced and to_regclass(view_name) is not null then
        raise exception 'relation "%" already exists', split_part(replace(view_name, '"', ''), '.', -1)
        using errcode = '42P07';
    end if;
    begin
        described := redshift_catalog.describe(query);
    exception when undefined_table or invalid_schema_name or undefined_column or insufficient_privilege then
        described := '"?" text'; -- whoever reads it is told what is missing
    end;
    perform redshift_catalog.put_late(view_name, columns, query, described, session_user::regrole);
end;
$$;

create or replace function redshift_catalog.refresh_late(table_name text) returns void
language plpgsql security definer
as $$
-- A table was made or changed: the views that name it get the columns that it has now.
declare
    this redshift_catalog.late_view;
    found_columns text;
begin
    for this in
        select * from redshift_catalog.late_view as late
        where strpos(late.query, table_name) > 0 and to_regclass(late.name) is not null
    loop
        begin
            found_columns := redshift_catalog.describe(this.query);
            if found_columns <> this.described then
                perform redshift_catalog.put_late(
                    this.name, this.columns, this.query, found_columns,
                    (select relowner from pg_class where oid = this.name::regclass)::regrole
                );
            end if;
        exception when others then
            raise debug '% stays as it is: %', this.name, sqlerrm;
        end;
    end loop;
end;
$$;

create or replace function redshift_catalog.after_ddl() returns event_trigger
language plpgsql
as $$
declare
    this record;
begin
    for this in
        select distinct command.objid, class.relname
        from pg_event_trigger_ddl_commands() as command
        inner join pg_class as class on class.oid = command.objid
        where
            command.classid = 'pg_class'::regclass and class.relkind = 'r'
            and class.relnamespace <> 'redshift_catalog'::regnamespace
    loop
        perform redshift_catalog.limit_bytes(this.objid);
        if exists (select from redshift_catalog.late_view) then
            perform redshift_catalog.refresh_late(this.relname);
        end if;
    end loop;
end;
$$;

do $$
begin
    if not exists (select from pg_event_trigger where evtname = 'redshift_after_ddl') then
        create event trigger redshift_after_ddl on ddl_command_end
        when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
        execute function redshift_catalog.after_ddl();
    end if;
end;
$$;

-- Dates and times. Redshift's clock is UTC.
create or replace function pg_catalog.getdate() returns timestamp language sql stable
return (statement_timestamp() at time zone 'UTC')::timestamp(0);
create or replace function pg_catalog.sysdate() returns timestamp language sql stable
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
    when part in ('microsecond', 'microseconds', 'microsec', 'microsecs', 'usecond', 'useconds', 'us', 'usec', 'usecs') then 1
    when part in ('millisecond', 'milliseconds', 'millisec', 'millisecs', 'msecond', 'mseconds', 'ms', 'msec', 'msecs') then 1000
    when part in ('second', 'seconds', 's', 'sec', 'secs') then 1000000
    when part in ('minute', 'minutes', 'm', 'min', 'mins') then 60000000
    when part in ('hour', 'hours', 'h', 'hr', 'hrs') then 3600000000
    when part in ('day', 'days', 'd', 'dayofyear', 'doy', 'dw', 'weekday', 'dow') then 86400000000
    when part in ('week', 'weeks', 'w') then 604800000000
end;

create or replace function redshift_catalog.unknown_part(part text) returns boolean
language plpgsql
as $$
begin
    raise exception 'unknown date part "%"', part using errcode = '22023';
end;
$$;

create or replace function pg_catalog.dateadd(part text, number bigint, moment timestamp)
returns timestamp language plpgsql immutable
as $$
declare
    months integer := redshift_catalog.months(lower(part));
    moved timestamp;
begin
    if months is null then
        if redshift_catalog.microseconds(lower(part)) is null then
            perform redshift_catalog.unknown_part(part);
        end if;
        return moment + number * redshift_catalog.microseconds(lower(part)) * interval '1 microsecond';
    end if;
    moved := moment + number * months * interval '1 month';
    -- The last day of a month goes to the last day of a month.
    if extract(day from moment + interval '1 day') = 1 and months < 12 then
        return date_trunc('month', moved) + interval '1 month' - interval '1 day' + (moment - date_trunc('day', moment));
    end if;
    return moved;
end;
$$;
create or replace function pg_catalog.dateadd(part text, number bigint, moment date)
returns timestamp language sql immutable return pg_catalog.dateadd(part, number, moment::timestamp);
create or replace function pg_catalog.dateadd(part text, number bigint, moment timestamptz)
returns timestamptz language sql stable
return pg_catalog.dateadd(part, number, moment at time zone 'UTC') at time zone 'UTC';

create or replace function pg_catalog.datediff(part text, begun timestamp, ended timestamp)
returns bigint language plpgsql immutable
as $$
-- How many borders of the part lie between two moments.
declare
    months integer := redshift_catalog.months(lower(part));
    unit bigint := redshift_catalog.microseconds(lower(part));
begin
    if months is not null then
        return floor((extract(year from ended) * 12 + extract(month from ended) - 1) / months)
            - floor((extract(year from begun) * 12 + extract(month from begun) - 1) / months);
    elsif unit is null then
        perform redshift_catalog.unknown_part(part);
    elsif lower(part) in ('week', 'weeks', 'w') then
        -- A week begins on Sunday here.
        return (date_trunc('week', ended + interval '1 day')::date - date_trunc('week', begun + interval '1 day')::date) / 7;
    end if;
    return floor(extract(epoch from ended) * 1000000 / unit) - floor(extract(epoch from begun) * 1000000 / unit);
end;
$$;
create or replace function pg_catalog.datediff(part text, begun date, ended date)
returns bigint language sql immutable return pg_catalog.datediff(part, begun::timestamp, ended::timestamp);
create or replace function pg_catalog.datediff(part text, begun time, ended time)
returns bigint language sql immutable return pg_catalog.datediff(part, '2000-01-01'::date + begun, '2000-01-01'::date + ended);
create or replace function pg_catalog.datediff(part text, begun timestamptz, ended timestamptz)
returns bigint language sql stable
return pg_catalog.datediff(part, begun at time zone 'UTC', ended at time zone 'UTC');

create or replace function redshift_catalog.date_part(part text, moment timestamp)
returns double precision language sql immutable return pg_catalog.date_part(part, moment);
create or replace function redshift_catalog.date_part(part text, moment timestamptz)
returns double precision language sql stable return pg_catalog.date_part(part, moment);

create or replace function pg_catalog.convert_timezone(source text, target text, moment timestamp)
returns timestamp language sql immutable return moment at time zone source at time zone target;
create or replace function pg_catalog.convert_timezone(target text, moment timestamp)
returns timestamp language sql immutable return moment at time zone 'UTC' at time zone target;
create or replace function pg_catalog.convert_timezone(target text, moment timestamptz)
returns timestamp language sql immutable return moment at time zone target;
create or replace function pg_catalog.trunc(moment timestamp) returns date language sql immutable return moment::date;
create or replace function pg_catalog.last_day(moment timestamp) returns date language sql immutable
return (date_trunc('month', moment) + interval '1 month' - interval '1 day')::date;
create or replace function pg_catalog.add_months(moment timestamp, months bigint) returns timestamp
language sql immutable return pg_catalog.dateadd('month', months, moment);
create or replace function pg_catalog.date_cmp(a date, b date) returns integer language sql immutable
return sign(a - b)::integer;

-- Text.
create or replace function pg_catalog.len(value text) returns integer language sql immutable return length(value);
create or replace function pg_catalog.strtol(value text, base integer) returns bigint
language plpgsql immutable
as $$
declare
    digits text := lower(regexp_replace(trim(value), case when base = 16 then '^([+-]?)0x' else '^([+-]?)' end, '\1'));
    sum bigint := 0;
    digit integer;
    each text;
begin
    foreach each in array string_to_array(regexp_replace(digits, '^[+-]', ''), null) loop
        digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', each) - 1;
        if digit < 0 or digit >= base then
            raise exception 'The input % is not valid to be converted to base %', value, base using errcode = '22023';
        end if;
        sum := sum * base + digit;
    end loop;
    return case when digits like '-%' then -sum else sum end;
end;
$$;
create or replace function pg_catalog.charindex(part text, whole text) returns integer language sql immutable return strpos(whole, part);
create or replace function pg_catalog.replicate(value text, times integer) returns text language sql immutable return repeat(value, times);
create or replace function redshift_catalog.regexp_replace(value text, pattern text, new text default '') returns text
language sql immutable return pg_catalog.regexp_replace(value, pattern, new, 'g');
create or replace function pg_catalog.sha1(value text) returns text language plpgsql immutable
as $$ begin raise exception 'the local Redshift has no SHA1 - use sha2' using errcode = '0A000'; end; $$;
create or replace function pg_catalog.sha2(value text, bits integer) returns text
language sql immutable
return case bits
    when 224 then encode(sha224(convert_to(value, 'UTF8')), 'hex')
    when 384 then encode(sha384(convert_to(value, 'UTF8')), 'hex')
    when 512 then encode(sha512(convert_to(value, 'UTF8')), 'hex')
    when 256 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
    when 0 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
end;
create or replace function pg_catalog.fnv_hash(value text, seed bigint default null) returns bigint
language plpgsql immutable strict
as $$ begin return null; end; $$;

-- JSON and SUPER.
create or replace function pg_catalog.is_valid_json(value text) returns boolean
language plpgsql immutable strict
as $$
begin
    return json_typeof(value::json) = 'object';
exception when others then
    return false;
end;
$$;
create or replace function pg_catalog.is_valid_json_array(value text) returns boolean
language plpgsql immutable strict
as $$
begin
    return json_typeof(value::json) = 'array';
exception when others then
    return false;
end;
$$;
create or replace function pg_catalog.json_parse(value text) returns jsonb language sql immutable strict return value::jsonb;
create or replace function pg_catalog.json_serialize(value jsonb) returns text language sql immutable strict
return value::text;
create or replace function pg_catalog.json_extract_path_text(value text, variadic keys text[]) returns text
language sql immutable strict return value::json #>> keys;
create or replace function pg_catalog.json_array_length(value text) returns integer
language sql immutable strict return json_array_length(value::json);
create or replace function pg_catalog.json_extract_array_element_text(value text, at integer) returns text
language sql immutable strict return value::json ->> at;
create or replace function pg_catalog.json_typeof(value jsonb) returns text language sql immutable strict
return jsonb_typeof(value);
