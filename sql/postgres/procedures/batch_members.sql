create or replace function etl.batch_members(ours etl.batch, business_date date)
returns table (
    dataset text, load_id uuid, state text, reason text, is_there boolean, is_applied boolean,
    is_passed boolean, arrived_at timestamptz
)
language sql stable
set search_path = ''
as $$
-- How the members of a business date stand, in the declared order. A member is there when a file of
-- that date was found good, or when a later date was applied that says all it would have said (it
-- is passed). The load that is shown is the one that counts: the newest good one, else the newest.
    select
        member.name, best.load_id, best.state, best.reason,
        coalesce(best.is_good, false) or later.is_passed,
        coalesce(best.is_applied, false), later.is_passed, best.event_time
    from unnest(ours.members) with ordinality as member (name, place)
    left join lateral (
        select
            this.load_id, this.state, this.reason, sent.event_time,
            this.state in ('queued', 'running', 'applied') as is_good,
            bool_or(this.state = 'applied') over () as is_applied
        from etl.load as this
        inner join etl.delivery as sent using (delivery_id)
        where this.dataset = member.name
            and this.business_date = batch_members.business_date
        order by
            this.state in ('queued', 'running', 'applied') desc, sent.event_time desc,
            sent.delivery_id desc, this.generation desc
        limit 1
    ) as best on true
    cross join lateral (
        select exists (
            select from etl.dataset as declared
            inner join etl.load as done on done.dataset = declared.name
            where declared.name = member.name and declared.is_whole and done.state = 'applied'
                and done.business_date > batch_members.business_date
        ) as is_passed
    ) as later
    order by member.place;
$$;
