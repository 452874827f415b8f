create or replace function etl.newest_build(dataset text) returns etl.load
language sql stable
set search_path = ''
as $$
-- The load of a mart that was asked for last, however it ended; null before the first.
    select this.*
    from etl.load as this
    where this.dataset = newest_build.dataset
    order by this.delivery_id desc, this.generation desc
    limit 1;
$$;
