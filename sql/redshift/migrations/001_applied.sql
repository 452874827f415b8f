-- The applied ledger. Its row commits with the data of its load or not at all.
create table etl.applied (
    load_id varchar(36) not null,
    dataset varchar(63) not null,
    sent_at timestamptz not null,
    applied_at timestamp not null,
    good bigint not null,
    inserted bigint not null,
    updated bigint not null,
    deleted bigint not null,
    unchanged bigint not null,
    stale bigint not null,
    deduplicated bigint not null,
    primary key (load_id)
)
diststyle all
sortkey (dataset, sent_at);
comment on table etl.applied is 'Loads whose rows are in their live table, with what the merge did';
comment on column etl.applied.sent_at is 'When S3 took the object in; the newest one decides what is late';
comment on column etl.applied.applied_at is 'In UTC';
comment on column etl.applied.good is 'inserted + updated + unchanged + stale + deduplicated; deleted is apart';
