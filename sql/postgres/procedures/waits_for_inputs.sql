create or replace function etl.waits_for_inputs(dataset text) returns boolean
language plpgsql stable
set search_path = ''
as $$
-- Whether more rows of a mart's inputs are on their way: a business date of a batch is complete and
-- not applied whole; or, for as long as settings.mart_patience after the first news, a load of an
-- input is open, or an input is a mart that is stale itself. A load that waits for its batch is not
-- waited for: its date is not complete.
declare
    declared etl.dataset;
    news_since timestamptz;
begin
    select * into declared from etl.dataset where name = waits_for_inputs.dataset;
    if exists (
        select from etl.batch as batch
        inner join etl.batch_day as day on day.batch = batch.name
        where batch.members && declared.inputs and day.state = 'complete'
    ) then
        return true;
    end if;

    select min(done.ended_at) into news_since
    from etl.load as done
    where done.dataset = any(declared.inputs) and done.state = 'applied'
        and done.ended_at > coalesce(
            (etl.newest_build(waits_for_inputs.dataset)).received_at, '-infinity'
        );
    if news_since < clock_timestamp() - (select mart_patience from etl.settings) then
        return false;
    end if;
    return exists (
        select from etl.load as open
        where open.dataset = any(declared.inputs)
            and open.state in ('received', 'queued', 'running')
            and not etl.is_held(open)
    ) or exists (
        select from unnest(declared.inputs) as input (name) where etl.is_stale(input.name)
    );
end;
$$;
