create table etl.delivery (
    delivery_id bigint generated always as identity primary key,
    bucket text not null,
    key text not null,
    version_id text not null,
    dataset text not null,
    size bigint not null constraint "a delivery has a size" check (size >= 0),
    etag text,
    sequencer text,
    event_time timestamptz not null,
    receipts integer not null default 1
    constraint "a delivery was received at least once" check (receipts >= 1),
    received_at timestamptz not null default clock_timestamp(),
    constraint "a delivery is one version of one object" unique (bucket, key, version_id)
);
comment on table etl.delivery is 'One version of one object under the landing bucket';
comment on column etl.delivery.sequencer is 'S3''s order among the versions of one key; null when the sweep found it';
comment on column etl.delivery.receipts is 'How often an event or a sweep reported it';

create table etl.load (
    load_id uuid primary key default gen_random_uuid(),
    delivery_id bigint not null references etl.delivery,
    generation integer not null default 1
    constraint "generations count from 1" check (generation >= 1),
    dataset text not null,
    state text not null default 'received'
    constraint "a load has a known state" check (
        state in (
            'received', 'queued', 'running',
            'applied', 'rejected', 'failed', 'superseded', 'duplicate'
        )
    ),
    reason text,
    attempt integer not null default 1 constraint "attempts count from 1" check (attempt >= 1),
    workflow_run_id text,
    facts jsonb not null default '{}',
    received_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    claimed_at timestamptz,
    ended_at timestamptz,
    read bigint,
    header bigint,
    good bigint,
    rejected bigint,
    inserted bigint,
    updated bigint,
    deleted bigint,
    unchanged bigint,
    stale bigint,
    deduplicated bigint,
    warned bigint,
    constraint "a delivery is loaded once per generation" unique (delivery_id, generation),
    constraint "a load ends when its state is final" check (
        (ended_at is not null) = (state not in ('received', 'queued', 'running'))
    ),
    constraint "a load that did not succeed says why" check (
        reason is not null or state not in ('rejected', 'failed', 'superseded', 'duplicate')
    ),
    constraint "no count is negative" check (
        least(
            read, header, good, rejected, inserted, updated,
            deleted, unchanged, stale, deduplicated, warned
        ) >= 0
    ),
    constraint "an applied load counted everything" check (
        state <> 'applied'
        or num_nulls(
            read, header, good, rejected, inserted, updated,
            deleted, unchanged, stale, deduplicated
        ) = 0
    ),
    constraint "lines read = header + good + rejected" check (
        state <> 'applied' or read = header + good + rejected
    ),
    constraint "good = inserted + updated + unchanged + stale + deduplicated" check (
        state <> 'applied' or good = inserted + updated + unchanged + stale + deduplicated
    )
);
comment on table etl.load is 'One attempt after another to apply one delivery; state applied commits with the data';
comment on column etl.load.generation is 'Rises only when an operator replays the delivery';
comment on column etl.load.facts is 'What sniffing found, and pinned_key: the copy that is read';

create unique index "one load of a dataset runs at a time" on etl.load (dataset)
where state = 'running';
create index load_open on etl.load (dataset, state) where state in ('received', 'queued');
create index load_recent on etl.load (received_at desc);
create index delivery_versions on etl.delivery (bucket, key);
