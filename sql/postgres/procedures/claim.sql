create or replace function etl.claim(dataset text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Take the next load of a dataset: queued -> running. Null while one runs, or when none waits.
-- The oldest by S3's order goes first; a version waits for an older one that is still arriving, a
-- member of a batch for the others of its business date, of which the earliest goes first.
-- One that looks up the rows of other datasets waits until each was loaded once.
-- Answers {load_id, attempt, pinned_key, lookups}.
declare
    chosen uuid;
    taken etl.load;
begin
    -- The lock has a statement to itself: what is read below must be what was committed before it.
    perform pg_advisory_xact_lock(hashtextextended('etl.claim ' || claim.dataset, 0));

    if exists (
        select from etl.load where etl.load.dataset = claim.dataset and state = 'running'
    ) then
        return null;
    end if;
    perform etl.supersede(claim.dataset);

    select waiting.load_id into chosen
    from etl.load as waiting
    inner join etl.delivery as this using (delivery_id)
    where waiting.dataset = claim.dataset and waiting.state = 'queued'
        and not etl.is_held(waiting)
        and etl.unloaded_lookup(waiting) is null
        and not exists (
            select from etl.delivery as older
            inner join etl.load as open on open.delivery_id = older.delivery_id
            where older.bucket = this.bucket and older.key = this.key
                and open.state in ('received', 'queued') and open.dataset = claim.dataset
                and etl.is_later(
                    this.sequencer, this.event_time, this.delivery_id,
                    older.sequencer, older.event_time, older.delivery_id
                )
        )
    order by
        waiting.business_date nulls first, this.event_time,
        rpad(lower(coalesce(this.sequencer, '')), 64, '0') collate "C",
        this.delivery_id, waiting.generation
    limit 1;

    update etl.load as claimed
    set state = 'running', claimed_at = clock_timestamp(), workflow_run_id = null,
        lookups = etl.choose_lookups(claimed),
        started_at = coalesce(started_at, clock_timestamp())
    where load_id = chosen
    returning * into taken;
    if taken.load_id is null then
        return null;
    end if;
    return jsonb_build_object(
        'load_id', taken.load_id, 'attempt', taken.attempt,
        'pinned_key', taken.facts ->> 'pinned_key', 'lookups', taken.lookups
    );
end;
$$;
