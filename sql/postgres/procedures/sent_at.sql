create or replace function etl.sent_at(this etl.load) returns timestamptz
language sql stable
set search_path = ''
as $$
-- The event time of a load's delivery: when S3 took the object in.
    select event_time from etl.delivery where delivery_id = this.delivery_id;
$$;
