create or replace function etl.batch_missing(ours etl.batch, business_date date)
returns table (dataset text, said text)
language sql stable
set search_path = ''
as $$
-- The members that a business date lacks, and why each of them lacks.
    select
        member.dataset,
        case
            when member.load_id is null then 'did not arrive'
            when member.state = 'received' then 'arrived, and has yet to be looked at'
            else format('%s: %s', member.state, member.reason)
        end
    from etl.batch_members(ours, business_date) as member
    where not member.is_there;
$$;
