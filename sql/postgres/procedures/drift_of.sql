create or replace function etl.drift_of(load_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
-- How the columns of a load's file differed from the declaration, as the command line shows it.
    select coalesce(
        jsonb_agg(
            jsonb_build_object(
                'column', noted."column", 'change', noted.change, 'detail', noted.detail
            ) order by noted.drift_id
        ), '[]'
    )
    from etl.drift as noted where noted.load_id = drift_of.load_id;
$$;
