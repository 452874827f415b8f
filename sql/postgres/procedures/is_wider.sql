create or replace function etl.is_wider(old_type text, new_type text) returns boolean
language sql immutable
set search_path = ''
as $$
-- Whether every value of the old type is one of the new type too, as the catalogue spells types.
    with told as (
        select
            regexp_replace(old_type, '\(.*', '') as old_base,
            regexp_replace(new_type, '\(.*', '') as new_base,
            (regexp_match(old_type, '\((\d+)'))[1]::integer as old_size,
            (regexp_match(new_type, '\((\d+)'))[1]::integer as new_size,
            (regexp_match(old_type, ',(\d+)\)'))[1]::integer as old_scale,
            (regexp_match(new_type, ',(\d+)\)'))[1]::integer as new_scale
    )

    select coalesce(
        (old_base, new_base) in (
            ('smallint', 'integer'), ('smallint', 'bigint'), ('integer', 'bigint'),
            ('real', 'double precision'), ('character varying', 'text')
        )
        or (
            old_base = new_base and old_size is not null and (
                new_size is null
                or old_base = 'character varying' and new_size >= old_size
                or old_base = 'numeric' and new_scale >= old_scale
                and new_size - new_scale >= old_size - old_scale
            )
        ), false
    )
    from told;
$$;
