create or replace function etl.batch_deadline(
    ours etl.batch, business_date date, opened_at timestamptz
) returns timestamptz
language sql stable
set search_path = ''
as $$
-- Until when every member of a business date is to be there. A date whose deadline had passed
-- before anybody waited for it (old files sent again) gets some time from when it was opened.
    select case
        when said.deadline < opened_at and (
            not etl.is_expected(ours, business_date)
            or said.deadline < coalesce(ours.watched_since, opened_at)
        ) then opened_at + limits.batch_grace
        else said.deadline
    end
    from (
        select
            (business_date + ours.deadline_days + ours.deadline_time) at time zone 'UTC' as deadline
    ) as said
    cross join etl.settings as limits;
$$;
