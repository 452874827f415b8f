create or replace function etl.supersede(dataset text) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- End every waiting load whose object has a newer version applied already: it may not undo that.
-- Appended files are facts of their own and are never superseded.
begin
    update etl.load as late
    set state = 'superseded', ended_at = clock_timestamp(),
        reason = format(
            'a newer version of %s was applied before this one - nothing to do', older.key
        )
    from etl.delivery as older
    where late.dataset = supersede.dataset
        and late.state in ('received', 'queued')
        and older.delivery_id = late.delivery_id
        and not exists (
            select from etl.dataset as declared
            where declared.name = supersede.dataset and declared.mode = 'append'
        )
        and exists (
            select from etl.delivery as newer
            inner join etl.load as done on done.delivery_id = newer.delivery_id
            where newer.bucket = older.bucket and newer.key = older.key
                and done.state = 'applied' and done.dataset = supersede.dataset
                and etl.is_later(
                    newer.sequencer, newer.event_time, newer.delivery_id,
                    older.sequencer, older.event_time, older.delivery_id
                )
        );
    perform etl.pass_over(supersede.dataset);
    perform etl.skip_repeats(supersede.dataset);
end;
$$;
