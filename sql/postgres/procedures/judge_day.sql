create or replace function etl.judge_day(ours etl.batch, business_date date) returns text
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Bring a day of a batch in line with the loads of its members; the lock of the batch is held.
-- open -> complete when every member is there, -> applied when all of that date are applied,
-- -> skipped when a later date was applied instead. What was once complete is not open again.
-- Answers its state.
declare
    known etl.batch_day;
    all_there boolean;
    all_applied boolean;
    all_settled boolean;
    last_came timestamptz;
    is_news boolean;
begin
    insert into etl.batch_day (batch, business_date, deadline)
    select ours.name, judge_day.business_date, etl.batch_deadline(
        ours, judge_day.business_date, clock_timestamp()
    )
    on conflict do nothing;
    select * into strict known from etl.batch_day as this
    where this.batch = ours.name and this.business_date = judge_day.business_date;
    if known.state in ('applied', 'skipped') then
        return known.state;
    end if;

    select
        bool_and(member.is_there), bool_and(member.is_applied),
        bool_and(member.is_applied or member.is_passed), max(member.arrived_at)
    into all_there, all_applied, all_settled, last_came
    from etl.batch_members(ours, judge_day.business_date) as member;

    is_news := known.state = 'open' or known.alerted_at > known.completed_at;
    if known.state = 'open' and all_there and not (all_settled and not all_applied) then
        known.state := 'complete';
        known.completed_at := clock_timestamp();
        known.late_minutes := greatest(
            0, ceil(extract(epoch from last_came - known.deadline) / 60)
        );
    end if;
    if all_settled then
        known.state := case when all_applied then 'applied' else 'skipped' end;
        known.ended_at := clock_timestamp();
    end if;
    update etl.batch_day as this
    set
        state = known.state, completed_at = known.completed_at, ended_at = known.ended_at,
        late_minutes = known.late_minutes
    where this.batch = known.batch and this.business_date = known.business_date
        and this.state <> known.state;
    if found and known.alerted_at is not null and (is_news or known.state = 'skipped') then
        perform etl.write_batch_news(known);
    end if;
    return known.state;
end;
$$;
