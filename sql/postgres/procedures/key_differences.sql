create or replace function etl.key_differences(dataset text)
returns table (difference text, remedy text)
language sql stable
set search_path = ''
as $$
-- Whether the live table is keyed as declared: without the unique index over its key a merge
-- cannot be trusted, and a primary key refuses the equal rows of a table that has no key.
    with told as (
        select
            declared.key_columns
            || case when declared.mode = 'history' then array['valid_from'] else '{}' end as wanted,
            pg_catalog.to_regclass(
                format('%I.%I', declared.target_schema, declared.target_table)
            ) as live
        from etl.dataset as declared
        where declared.name = key_differences.dataset
    ),

    present as (
        select told.live, told.wanted, held.conname
        from told
        left join pg_catalog.pg_constraint as held
            on held.conrelid = told.live and held.contype = 'p'
    )

    select
        case
            when wanted = '{}' then 'it has a primary key, the declaration has no key'
            else format(
                'it has no unique index over its key (%s)', array_to_string(wanted, ', ')
            )
        end,
        format('alter table %s ', live) || concat_ws(
            ', ',
            'drop constraint ' || quote_ident(conname),
            'add primary key ('
            || (select string_agg(quote_ident(name), ', ') from unnest(wanted) as name) || ')'
        ) || ';'
    from present
    where case
        when wanted = '{}' then conname is not null
        else not etl.has_unique_index(live, wanted)
    end;
$$;
