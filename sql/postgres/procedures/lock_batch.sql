create or replace function etl.lock_batch(dataset text) returns etl.batch
language plpgsql
set search_path = ''
as $$
-- The batch of a dataset, of which only this transaction may change a day from now on: of two
-- members that are queued at once the second sees the first. A row of nulls, and no lock, when the
-- dataset is in none. It is taken before any row of a load is changed.
declare
    ours etl.batch := etl.batch_of(dataset);
begin
    if ours.name is not null then
        perform pg_advisory_xact_lock(hashtextextended('etl.batch ' || ours.name, 0));
    end if;
    return ours;
end;
$$;
