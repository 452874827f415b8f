-- Lengths are bytes: a varchar(n) of PostgreSQL counts characters, so a check counts its bytes.
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
-- The longest beginning that has so many bytes and ends with a whole character.
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
return
case
    when octet_length(value) > bytes then redshift_catalog.cut_long(value, bytes)
    else value
end;

create or replace function redshift_catalog.limit_bytes(relation oid, is_filled boolean) returns void
language plpgsql
as $$
-- Give every varchar(n) and char(n) of a table its check, and a text 65535 bytes.
-- What a query has just filled is within its types and not looked at again.
declare
    changes text;
    stale text;
begin
    select string_agg(format('alter column %I type varchar(65535)', attname), ', ') into changes
    from pg_attribute
    where
        attrelid = relation and attnum > 0 and not attisdropped and atttypid = 'text'::regtype
        and (select relpersistence from pg_class where oid = relation) <> 't';
    if changes is not null then
        execute format('alter table %s %s', relation::regclass, changes);
    end if;

    select
        string_agg(
            format(
                'add constraint %I check (case when octet_length(%I%s) > %s'
                ' then redshift_catalog.too_long(%L) else true end)%s',
                format('bytes_%s_%s', attnum, atttypmod - 4), attname,
                case when atttypid = 'bpchar'::regtype then '::text' end, atttypmod - 4,
                format_type(atttypid, atttypmod), case when is_filled then ' not valid' end
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
revoke execute on function redshift_catalog.limit_bytes from public;
