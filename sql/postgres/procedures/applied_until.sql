create or replace function etl.applied_until(dataset text) returns timestamptz
language sql stable
set search_path = ''
as $$
-- The event time of the newest delivery that was applied to a dataset; null before the first.
    select max(delivery.event_time)
    from etl.load as done
    inner join etl.delivery on done.delivery_id = delivery.delivery_id
    where done.dataset = applied_until.dataset and done.state = 'applied';
$$;
