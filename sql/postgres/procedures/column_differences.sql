create or replace function etl.column_differences(dataset text)
returns table (column_name text, difference text, remedy text, is_addable boolean)
language sql stable
set search_path = ''
as $$
-- Where the live table is not what the declaration says: a sentence, and the SQL that mends it.
-- `is_addable` marks what a deployment does by itself: a new column that may be null.
    with target as (
        select format('%I.%I', declared.target_schema, declared.target_table) as live
        from etl.dataset as declared where declared.name = column_differences.dataset
    ),
    wanted as (
        select * from etl.live_columns(column_differences.dataset)
    ),
    present as (
        select
            attribute.attname::text as name,
            pg_catalog.format_type(attribute.atttypid, attribute.atttypmod) as type,
            not attribute.attnotnull as nullable
        from pg_catalog.pg_attribute as attribute, target
        where attribute.attrelid = pg_catalog.to_regclass(target.live)
            and attribute.attnum > 0 and not attribute.attisdropped
    )
    select
        coalesce(wanted.name, present.name),
        case
            when present.name is null then format('column %s is missing', wanted.name)
            when wanted.name is null
                then format('column %s is not in the declaration', present.name)
            when present.type <> wanted.type then format(
                'column %s is %s, the declaration says %s', wanted.name, present.type, wanted.type
            )
            when wanted.nullable
                then format('column %s is not null, the declaration allows null', wanted.name)
            else format('column %s allows null, the declaration does not', wanted.name)
        end,
        format('alter table %s ', target.live) || case
            when present.name is null then format(
                'add column %I %s%s;', wanted.name, wanted.type,
                case when wanted.nullable then '' else ' not null default ...' end
            )
            when wanted.name is null then format('drop column %I;', present.name)
            when present.type <> wanted.type
                then format('alter column %I type %s;', wanted.name, wanted.type)
            when wanted.nullable then format('alter column %I drop not null;', wanted.name)
            else format('alter column %I set not null;', wanted.name)
        end,
        present.name is null and wanted.nullable
    from target
    cross join (wanted full join present on present.name = wanted.name)
    where present.name is null or wanted.name is null
        or present.type <> wanted.type or present.nullable <> wanted.nullable
    order by wanted.place nulls last, present.name;
$$;
