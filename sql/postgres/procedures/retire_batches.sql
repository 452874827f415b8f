create or replace function etl.retire_batches(kept text[]) returns void
language plpgsql
set search_path = ''
as $$
-- Forget the batches whose files are gone; `kept` has those of this build. What they held back
-- goes.
begin
    perform pg_advisory_xact_lock(hashtextextended('etl.batch ' || gone.name, 0))
    from etl.batch as gone where gone.name <> all (kept);
    delete from etl.batch as gone where gone.name <> all (kept);
    perform etl.free_held();
end;
$$;
