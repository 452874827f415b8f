create or replace function etl.make_view(
    schema_name text, view_name text, materialized boolean, key_columns text[], definition text
) returns void
language plpgsql
set search_path = ''
as $$
-- Make a view, in the place of the one that may be there. A materialized one is filled before the
-- old one goes. Views of ours that read the old one go with it: their turn comes.
declare
    name text := format('%I.%I', schema_name, view_name);
    filling text := format('%I.%I', schema_name, left(view_name, 56) || '__new');
    old regclass := to_regclass(format('%I.%I', schema_name, view_name));
begin
    if materialized then
        execute format('create materialized view %s as %s', filling, definition);
    end if;
    if old is not null then
        perform etl.set_readers_aside(old);
        perform etl.set_view_aside(old);
    end if;
    if materialized then
        execute format('alter materialized view %s rename to %I', filling, view_name);
        execute format(
            'create unique index %I on %s (%s)', left(view_name, 59) || '_key', name,
            (select string_agg(quote_ident(each), ', ') from unnest(key_columns) as each)
        );
    else
        execute format('create view %s as %s', name, definition);
    end if;
exception when unique_violation then
    raise exception 'rows of % are not unique by its key - correct `key:` in views/%.sql',
        name, view_name using errcode = 'SC001';
end;
$$;
