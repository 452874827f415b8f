create or replace function etl.pass_over(dataset text) returns void
language sql
set search_path = ''
as $$
-- End every waiting load of a member of a batch of which a later business date is applied already.
-- Where a file is some rows and not the whole truth it says what no other file does, and is loaded.
    update etl.load as late
    set state = 'superseded', ended_at = clock_timestamp(),
        reason = format(
            'the file of %s was applied before this one of %s - a later date is not undone',
            later.business_date, late.business_date
        )
    from (
        select max(done.business_date) as business_date
        from etl.load as done
        inner join etl.dataset as declared on declared.name = done.dataset and declared.is_whole
        where done.dataset = pass_over.dataset and done.state = 'applied'
            and done.business_date is not null
    ) as later
    where late.dataset = pass_over.dataset and late.state in ('received', 'queued')
        and late.business_date < later.business_date and late.mends is null;
$$;
