create or replace function etl.look_at_batches(at timestamptz default null) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Bring the days of every batch in line with their loads, and tell, once for each day, what lacks
-- when its deadline has passed. `at` is the time, by the clock of whoever calls: now, when null.
-- Answers {open, alerted}: the days that wait, and those of which somebody is told now.
declare
    moment timestamptz := coalesce(at, clock_timestamp());
    ours etl.batch;
    passed etl.batch_day[];
    alerted integer := 0;
begin
    for ours in select * from etl.batch order by name loop
        perform etl.lock_batch(ours.members[1]);
        update etl.batch set watched_since = moment
        where name = ours.name and watched_since is null;
        select * into ours from etl.batch where name = ours.name;
        continue when not found;
        perform etl.expect_days(ours, moment);
        perform etl.judge_day(ours, day.business_date)
        from etl.batch_day as day
        where day.batch = ours.name and day.state in ('open', 'complete');

        select array_agg(day order by day.business_date) into passed
        from etl.batch_day as day
        where day.batch = ours.name and day.state in ('open', 'complete')
            and day.alerted_at is null and day.deadline <= moment
            and exists (select from etl.batch_missing(ours, day.business_date));
        if passed is not null then
            perform etl.write_batch_alert(ours, passed);
            update etl.batch_day as day set alerted_at = clock_timestamp()
            where day.batch = ours.name
                and day.business_date in (select each.business_date from unnest(passed) as each);
            alerted := alerted + cardinality(passed);
        end if;
    end loop;
    return jsonb_build_object(
        'open', (select count(*) from etl.batch_day where state = 'open'), 'alerted', alerted
    );
end;
$$;
