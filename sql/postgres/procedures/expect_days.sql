create or replace function etl.expect_days(ours etl.batch, at timestamptz) returns void
language sql
set search_path = ''
as $$
-- Open the days on which files were to come by now, so that those of which none came are missed.
    insert into etl.batch_day (batch, business_date, deadline)
    select ours.name, every.day, every.deadline
    from (
        select
            (at at time zone 'UTC')::date - ago as day,
            ((at at time zone 'UTC')::date - ago + ours.deadline_days + ours.deadline_time)
            at time zone 'UTC' as deadline
        from generate_series(0, 1000) as ago
    ) as every
    where etl.is_expected(ours, every.day)
        and every.deadline > ours.watched_since and every.deadline <= at
    on conflict do nothing;
$$;
