create or replace function etl.note_view(
    place integer, schema_name text, view_name text, materialized boolean, datasets text[],
    definition text
) returns void
language sql
set search_path = ''
as $$
-- Remember a view of views/ that is in Redshift, so that it is refreshed after loads; the
-- deployment makes it there, and says so by etl.views_are_deployed; until then nobody refreshes it.
    insert into etl.dataset_view as ours (
        target, schema_name, view_name, place, materialized, datasets, digest, holds, due_at
    )
    values (
        'redshift', schema_name, view_name, place, materialized, datasets, md5(definition), '{}',
        'infinity'
    )
    on conflict on constraint dataset_view_pkey do update
    set
        place = excluded.place, materialized = excluded.materialized,
        datasets = excluded.datasets, digest = excluded.digest;
$$;
