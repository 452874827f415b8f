create or replace function etl.note_applied_date(this etl.load) returns void
language plpgsql
set search_path = ''
as $$
-- A load is applied: its business date may be, if it is of a batch.
declare
    ours etl.batch;
begin
    if this.business_date is not null then
        ours := etl.lock_batch(this.dataset);
    end if;
    if ours.name is not null then
        perform etl.judge_day(ours, this.business_date);
    end if;
end;
$$;
