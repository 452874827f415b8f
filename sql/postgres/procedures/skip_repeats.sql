create or replace function etl.skip_repeats(dataset text) returns void
language plpgsql
set search_path = ''
as $$
#variable_conflict use_column
-- End every waiting load of facts without a key whose object was appended before, since nothing in
-- its rows would tell the copies apart: with the same bytes it is a duplicate; with others it is
-- refused where the declaration says `versions: refuse`, else its rows are new facts.
declare
    again etl.load;
begin
    for again in
        update etl.load as late
        set state = case when earlier.is_same then 'duplicate' else 'rejected' end,
            ended_at = clock_timestamp(),
            reason = format(
                case
                    when earlier.is_same
                        then 'load %2$s appended the same bytes of %1$s - nothing to do'
                    else '%1$s was appended before, by load %2$s with other bytes, and its rows '
                        'have no key - to take the corrected file, delete the rows of the first '
                        'from the table and send it under a new name'
                end, earlier.key, left(earlier.load_id::text, 8)
            )
        from etl.repeats(skip_repeats.dataset) as earlier
        where late.load_id = earlier.late_id and late.state in ('received', 'queued')
            and (earlier.is_same or earlier.is_refused)
        returning late.*
    loop
        if again.state = 'rejected' then
            perform etl.write_alert(again.load_id);
        end if;
    end loop;
end;
$$;
