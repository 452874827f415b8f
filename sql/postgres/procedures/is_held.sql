create or replace function etl.is_held(this etl.load) returns boolean
language sql stable
set search_path = ''
as $$
-- Whether a load waits for the other members of its batch. Rows that were mended go alone: the file
-- that they are of was applied.
    select this.business_date is not null and this.mends is null
        and exists (select from etl.batch as ours where this.dataset = any(ours.members))
        and not exists (
            select from etl.batch as ours
            inner join etl.batch_day as day on day.batch = ours.name
            where this.dataset = any(ours.members) and day.business_date = this.business_date
                and day.state <> 'open'
        );
$$;
