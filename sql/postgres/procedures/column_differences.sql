create or replace function etl.column_differences(dataset text)
returns table (
    column_name text, change text, difference text, action text, remedy text, is_safe boolean,
    old_type text, new_type text
)
language sql stable
set search_path = ''
as $$
-- Where the live table is not what the declaration says: a sentence, what mends it as an action of
-- `alter table`, and the whole SQL that a person would run. `is_safe` marks what a deployment
-- does by itself: it loses no value and refuses none that the table holds.
-- The change is missing, surplus, type, relaxed (may be null now) or tightened (may not).
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
    ),

    differences as (
        select
            coalesce(wanted.name, present.name) as name, wanted.place, wanted.nullable,
            wanted.type as new_type, present.type as old_type,
            case
                when present.name is null then 'missing'
                when wanted.name is null then 'surplus'
                when present.type <> wanted.type then 'type'
                when wanted.nullable then 'relaxed'
                else 'tightened'
            end as change
        from wanted full join present on present.name = wanted.name
        where present.name is null or wanted.name is null
            or present.type <> wanted.type or present.nullable <> wanted.nullable
    ),

    mended as (
        select
            differences.*,
            case change
                when 'missing' then format('column %s is missing', name)
                when 'surplus' then format('column %s is not in the declaration', name)
                when 'type'
                    then format(
                        'column %s is %s, the declaration says %s', name, old_type, new_type
                    )
                when 'relaxed'
                    then format('column %s is not null, the declaration allows null', name)
                else format('column %s allows null, the declaration does not', name)
            end as difference,
            case change
                when 'missing' then format(
                    'add column %I %s%s', name, new_type,
                    case when nullable then '' else ' not null default ...' end
                )
                when 'surplus' then format('drop column %I', name)
                when 'type' then format('alter column %I type %s', name, new_type) || case
                    when old_type ~ '^(text|character)' and new_type !~ '^(text|character)'
                        then format(' using %I::%s', name, new_type)
                    else ''
                end
                when 'relaxed' then format('alter column %I drop not null', name)
                else format('alter column %I set not null', name)
            end as action
        from differences
    )

    select
        mended.name, mended.change, mended.difference, mended.action,
        case
            when renamed.name is not null then format(
                'alter table %1$s rename column %2$I to %3$I; if it is the new name of %2$s, '
                'else: alter table %1$s %4$s;',
                target.live, mended.name, renamed.name, mended.action
            )
            when views.names is not null then format(
                'drop view %s; alter table %s %s; %s',
                views.names, target.live, mended.action, views.definitions
            )
            else format('alter table %s %s;', target.live, mended.action)
        end,
        case mended.change
            when 'missing' then mended.nullable
            when 'relaxed' then true
            when 'type'
                then etl.is_wider(mended.old_type, mended.new_type) and views.names is null
            else false
        end,
        mended.old_type, mended.new_type
    from mended
    cross join target
    left join lateral (
        select min(other.name) as name from differences as other
        where mended.change = 'surplus' and other.change = 'missing'
            and other.new_type = mended.old_type
    ) as renamed on true
    left join lateral (
        select
            string_agg(dependent.name, ', ') as names,
            string_agg(
                format('create view %s as %s', dependent.name, dependent.definition), ' '
            ) as definitions
        from etl.dependent_views(pg_catalog.to_regclass(target.live), mended.name) as dependent
        where mended.change = 'type' and not dependent.is_ours
    ) as views on true
    order by mended.place nulls last, mended.name;
$$;
