create or replace function etl.replace_held(this etl.load) returns void
language sql
set search_path = ''
as $$
-- A good file takes the place of the older ones of its business date that still wait, where a file
-- is the whole truth: the newest version counts.
    update etl.load as older
    set state = 'superseded', ended_at = clock_timestamp(),
        reason = format(
            'a newer file of %s came before this one was loaded', older.business_date
        )
    from etl.delivery as theirs, etl.delivery as ours, etl.dataset as declared
    where older.dataset = this.dataset and older.business_date = this.business_date
        and older.state = 'queued' and older.mends is null and this.mends is null
        and theirs.delivery_id = older.delivery_id and ours.delivery_id = this.delivery_id
        and declared.name = this.dataset and declared.is_whole
        and theirs.delivery_id <> ours.delivery_id
        and etl.is_later(
            ours.sequencer, ours.event_time, ours.delivery_id,
            theirs.sequencer, theirs.event_time, theirs.delivery_id
        );
$$;
