create or replace function etl.declare_batch(
    name text, description text, members text[], pattern text, date_expression text,
    date_parts text[], expected text, deadline_days integer, deadline_time time
) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Make a batch what its file says. The waiting loads of its members get the business date that
-- their keys have, those of datasets that are in no batch any more lose theirs, and go. Days are
-- expected from now on when that, or the deadline, is new.
declare
    ours etl.batch;
begin
    perform pg_advisory_xact_lock(hashtextextended('etl.batch ' || declare_batch.name, 0));
    insert into etl.batch as known values (
        declare_batch.name, declare_batch.description, declare_batch.members,
        declare_batch.pattern, declare_batch.date_expression, declare_batch.date_parts,
        declare_batch.expected, declare_batch.deadline_days, declare_batch.deadline_time
    )
    on conflict on constraint batch_pkey do update set
        description = excluded.description, members = excluded.members,
        pattern = excluded.pattern, date_expression = excluded.date_expression,
        date_parts = excluded.date_parts, expected = excluded.expected,
        deadline_days = excluded.deadline_days, deadline_time = excluded.deadline_time,
        watched_since = case
            when (known.expected, known.deadline_days, known.deadline_time)
                = (excluded.expected, excluded.deadline_days, excluded.deadline_time)
                then known.watched_since
        end
    returning * into ours;
    update etl.load as this
    set business_date = etl.business_date(ours, sent.key)
    from etl.delivery as sent
    where this.dataset = any(ours.members) and this.state in ('received', 'queued')
        and sent.delivery_id = this.delivery_id;
    perform etl.free_held();
    perform etl.judge_day(ours, waiting.business_date)
    from (
        select distinct this.business_date from etl.load as this
        where this.dataset = any(ours.members) and this.state in ('received', 'queued')
            and this.business_date is not null
        union
        select day.business_date from etl.batch_day as day
        where day.batch = ours.name and day.state in ('open', 'complete')
    ) as waiting;
end;
$$;
