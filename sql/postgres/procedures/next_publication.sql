create or replace function etl.next_publication(dataset text) returns jsonb
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- Take the first publication of a dataset's line: waiting -> running, the next attempt. Null while
-- one runs, while the first has failed or is not due yet, while the whole table is on its way, and
-- when there is none.
-- Answers {load_id, attempt, dataset, sent_at, approved_deletes, fills_whole, extras, ..}.
declare
    first etl.publication;
begin
    -- The lock has a statement to itself: what is read below must be what was committed before it.
    perform pg_advisory_xact_lock(hashtextextended('etl.publish ' || next_publication.dataset, 0));

    if etl.is_migrating(next_publication.dataset) then
        return null;
    end if;
    select * into first from etl.publication as this
    where this.dataset = next_publication.dataset and this.state <> 'applied'
    order by this.publication_id limit 1;
    if (first.state = 'waiting' and first.due_at <= clock_timestamp()) is not true then
        return null;
    end if;

    update etl.publication as this
    set state = 'running', attempt = this.attempt + 1, tries = this.tries + 1,
        statement_id = null, started_at = clock_timestamp()
    where this.publication_id = first.publication_id
    returning * into first;
    return etl.publication_json(first);
end;
$$;
