create or replace function etl.applied_before(this etl.load) returns uuid
language sql stable
set search_path = ''
as $$
-- The load of the same dataset that was applied last before an applied one; null for the first.
-- Loads of a dataset are applied one at a time, so their ends are their order.
    select done.load_id
    from etl.load as done
    where done.dataset = this.dataset and done.state = 'applied' and done.ended_at < this.ended_at
    order by done.ended_at desc
    limit 1;
$$;
