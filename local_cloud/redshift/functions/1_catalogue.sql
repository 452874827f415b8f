-- What Redshift keeps of a table and PostgreSQL has no place for: distribution, sorting, encoding
-- and keys, declared and neither used nor enforced. Everything in this folder is run by the
-- administrator, as often as one likes; what is in pg_catalog is found under every search_path.
create schema if not exists redshift_catalog;
grant usage on schema redshift_catalog to public;

create table if not exists redshift_catalog.remembered (
    relation oid primary key,
    facts jsonb not null
);
grant select on redshift_catalog.remembered to public;

create or replace function redshift_catalog.facts_of(relation oid) returns jsonb
language sql stable
return (
    select facts from redshift_catalog.remembered as known where known.relation = facts_of.relation
);

create or replace procedure redshift_catalog.remember(table_name text, new_facts jsonb)
language plpgsql security definer
as $$
-- Add to what is known of a table. The columns of a primary key become `not null`.
declare
    this oid := table_name::regclass;
    known jsonb := coalesce(redshift_catalog.facts_of(this), '{}');
    key text;
begin
    if known @> (new_facts - 'dropped') and not new_facts ? 'dropped' and known <> '{}' then
        return; -- `create table if not exists`, once more
    end if;
    if new_facts ->> 'dropped' = (select relname || '_pkey' from pg_class where oid = this) then
        new_facts := '{"primary_key": null}';
    end if;
    for key in select jsonb_object_keys(new_facts - 'dropped') loop
        if key in ('encode', 'foreign', 'unique') and known ? key then
            known := jsonb_set(known, array[key], (known -> key) || (new_facts -> key));
        else
            known := known || jsonb_build_object(key, new_facts -> key);
        end if;
    end loop;
    insert into redshift_catalog.remembered values (this, jsonb_strip_nulls(known))
    on conflict (relation) do update set facts = excluded.facts;

    for key in
        select jsonb_array_elements_text(new_facts -> 'primary_key')
        where jsonb_typeof(new_facts -> 'primary_key') = 'array'
    loop
        execute format('alter table %s alter column %I set not null', table_name, key);
    end loop;
end;
$$;

create or replace procedure redshift_catalog.remember_once(table_name text, new_facts jsonb)
language plpgsql
as $$
-- Of `create table if not exists`: it says nothing of a table that is there.
begin
    if redshift_catalog.facts_of(table_name::regclass) is null then
        call redshift_catalog.remember(table_name, new_facts);
    end if;
end;
$$;

create or replace procedure redshift_catalog.remember_like(table_name text, parent text)
language plpgsql security definer
as $$
-- `like` takes distribution and sort keys along, and no primary or foreign key.
declare
    known jsonb := redshift_catalog.facts_of(parent::regclass);
begin
    if known is not null then
        insert into redshift_catalog.remembered
        values (table_name::regclass, known - 'primary_key' - 'foreign' - 'unique')
        on conflict (relation) do nothing;
    end if;
end;
$$;

create or replace procedure redshift_catalog.check_primary(table_name text, columns text[])
language plpgsql
as $$
-- Raises where a primary key is added to a column that may be null.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
declare
    found_column text;
begin
    select attname into found_column from pg_attribute
    where attrelid = to_regclass(table_name) and attname = any (columns) and not attnotnull;
    if found_column is not null then
        raise exception 'primary key column "%" must be not null', found_column
        using errcode = '42611';
    end if;
end;
$$;

create or replace procedure redshift_catalog.check_drop(table_name text, column_name text)
language plpgsql
as $$
-- Raises where Redshift keeps a column: it is its table's distribution or sort key.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
declare
    known jsonb := redshift_catalog.facts_of(to_regclass(table_name));
begin
    if known ->> 'distkey' = column_name then
        raise exception 'cannot drop distkey column "%"', column_name using errcode = '0A000';
    elsif known -> 'sortkey' ? column_name then
        raise exception 'cannot drop sortkey column "%"', column_name using errcode = '0A000';
    end if;
end;
$$;

create or replace procedure redshift_catalog.check_change(table_name text, column_name text)
language plpgsql
as $$
-- Raises where Redshift does not change the size of a varchar: with a default, in a key, or with
-- an encoding that keeps a dictionary.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html
declare
    this oid := to_regclass(table_name);
    known jsonb := coalesce(redshift_catalog.facts_of(this), '{}');
    encoding text := known -> 'encode' ->> column_name;
begin
    if exists (
        select from pg_attribute where attrelid = this and attname = column_name and atthasdef
    ) then
        raise exception 'cannot alter column "%" of relation "%", column has default value',
            column_name, table_name using errcode = '0A000';
    elsif
        known -> 'primary_key' ? column_name
        or exists (
            select from jsonb_array_elements(known -> 'unique') as listed (names)
            where names ? column_name
        )
        or exists (
            select from jsonb_array_elements(known -> 'foreign') as listed (fact)
            where fact -> 'columns' ? column_name
        )
    then
        raise exception 'cannot alter column "%" of relation "%", column is part of a key',
            column_name, table_name using errcode = '0A000';
    elsif encoding in ('bytedict', 'runlength', 'text255', 'text32k') then
        raise exception 'cannot alter column "%" of relation "%", its encoding is %',
            column_name, table_name, encoding using errcode = '0A000';
    end if;
end;
$$;
