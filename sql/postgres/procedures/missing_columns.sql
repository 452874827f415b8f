create or replace function etl.missing_columns(dataset text, stage text, manifest jsonb)
returns text[]
language sql stable
set search_path = ''
as $$
-- The columns of the live table that a file did not bring: the manifest lists what it brought, an
-- older one nothing, which means every declared column; and a column that a deployment added
-- after the stage table was made is not in there.
    with brought as (
        select listed.name
        from jsonb_array_elements_text(
            coalesce(nullif(manifest -> 'columns', 'null'), '[]')
        ) as listed (name)
        union
        select declared.name from etl.declared_columns(missing_columns.dataset) as declared
        where manifest ->> 'columns' is null
    )

    select coalesce(array_agg(live.name order by live.place), '{}')
    from etl.live_columns(missing_columns.dataset) as live
    where live.name not in ('valid_from', 'valid_to', 'is_current')
        and not (
            live.name in (select brought.name from brought)
            and exists (
                select from pg_catalog.pg_attribute as attribute
                where attribute.attrelid = pg_catalog.to_regclass(format('stage.%I', stage))
                    and attribute.attname = live.name and not attribute.attisdropped
            )
        );
$$;
