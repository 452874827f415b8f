create or replace function etl.migration_loads(dataset text)
returns table (
    load_id text, sent_at timestamp, applied_at timestamp, good bigint, inserted bigint,
    updated bigint, deleted bigint, unchanged bigint, stale bigint, deduplicated bigint
)
language sql stable
set search_path = ''
as $$
-- The loads that the live table holds, as Redshift's etl.applied shall have them (times in UTC).
-- An earlier migration has no counts: it may be in etl.applied too, and is replaced.
    select
        done.load_id::text, delivery.event_time at time zone 'UTC',
        done.ended_at at time zone 'UTC', done.good, done.inserted, done.updated, done.deleted,
        done.unchanged, done.stale, done.deduplicated
    from etl.load as done
    inner join etl.delivery on done.delivery_id = delivery.delivery_id
    where done.dataset = migration_loads.dataset and done.state = 'applied'
    union all
    select
        before.migration_id::text, before.opened_at at time zone 'UTC', null,
        null, null, null, null, null, null, null
    from etl.table_migration as before
    where before.dataset = migration_loads.dataset;
$$;
