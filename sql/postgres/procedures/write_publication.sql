create or replace function etl.write_publication(this etl.load) returns void
language sql
set search_path = ''
as $$
-- Put a load that is being applied in line for Redshift, when its dataset goes there. The caller
-- holds the lock of the table, so the line is in the order in which loads are applied.
    insert into etl.publication (load_id, dataset, extras)
    select
        this.load_id, this.dataset,
        coalesce(
            (
                select array_agg(extra.name order by extra.place)
                from etl.extra_columns(this.dataset) as extra
            ), '{}'
        )
    from etl.dataset where name = this.dataset and redshift;
$$;
