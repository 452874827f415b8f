create or replace function etl.note_applied_date(this etl.load) returns void
language plpgsql
set search_path = ''
as $$
-- A load is applied: its business date may be, if it is of a batch, and earlier ones are skipped
-- that are not whole.
declare
    ours etl.batch;
begin
    if this.business_date is not null then
        ours := etl.lock_batch(this.dataset);
    end if;
    if ours.name is not null then
        perform etl.judge_day(ours, day.business_date)
        from etl.batch_day as day
        where day.batch = ours.name and day.business_date < this.business_date
            and day.state in ('open', 'complete');
        perform etl.judge_day(ours, this.business_date);
    end if;
end;
$$;
