create or replace function etl.ready_members(dataset text) returns jsonb
language sql stable
set search_path = ''
as $$
-- The datasets of which a load may go now that one of `dataset` came: itself, and the other members
-- of its batch with a queued load that nothing holds back.
    select jsonb_agg(ready.name order by ready.name)
    from (
        select ready_members.dataset as name
        union
        select this.dataset
        from etl.batch as ours
        inner join etl.load as this on this.dataset = any(ours.members)
        where ready_members.dataset = any(ours.members) and this.state = 'queued'
            and not etl.is_held(this)
    ) as ready;
$$;
