create or replace function etl.waits_for(this etl.load) returns text
language sql stable
set search_path = ''
as $$
-- What a queued load waits for, in words: null when that is only its turn.
    select format(
        'waits for %s of %s (batch %s, due %s UTC)',
        (
            select string_agg(lacks.dataset, ', ')
            from etl.batch_missing(ours, this.business_date) as lacks
        ),
        this.business_date, ours.name,
        to_char(day.deadline at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
    )
    from etl.batch as ours
    inner join etl.batch_day as day on day.batch = ours.name
    where this.state = 'queued' and this.dataset = any(ours.members)
        and day.business_date = this.business_date and etl.is_held(this);
$$;
