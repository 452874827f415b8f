-- What is applied here and has yet to reach Redshift: an outbox, written with the load.
alter table etl.settings
add column max_publish_attempts integer not null default 10
constraint "a publication is tried at least once" check (max_publish_attempts >= 1),
add column publish_patience interval not null default '4 days',
add column publish_alert_after interval not null default '1 hour';
comment on column etl.settings.max_publish_attempts is 'How often Redshift may refuse a publication that may be tried again';
comment on column etl.settings.publish_patience is 'How long a publication waits for a Redshift that is paused or gone';
comment on column etl.settings.publish_alert_after is 'After how long of trying somebody is told, while it goes on';

alter table etl.dataset
add column redshift boolean not null default false;
comment on column etl.dataset.redshift is 'Whether what is applied is published to Redshift';

create table etl.publication (
    publication_id bigint generated always as identity primary key,
    load_id uuid not null references etl.load,
    dataset text not null,
    extras text[] not null default '{}',
    state text not null default 'waiting'
    constraint "a publication has a known state" check (
        state in ('waiting', 'running', 'applied', 'failed')
    ),
    reason text,
    attempt integer not null default 0 constraint "tries are counted" check (attempt >= 0),
    tries integer not null default 0,
    strikes integer not null default 0,
    statement_id text,
    created_at timestamptz not null default clock_timestamp(),
    asked_at timestamptz not null default clock_timestamp(),
    due_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    ended_at timestamptz,
    counts jsonb,
    agrees boolean,
    constraint "a load is published once" unique (load_id),
    constraint "a publication ends when its state is final" check (
        (ended_at is not null) = (state in ('applied', 'failed'))
    ),
    constraint "a publication that failed says why" check (
        state <> 'failed' or reason is not null
    ),
    constraint "what is in Redshift was counted" check (
        (state = 'applied') = (counts is not null) and (counts is null) = (agrees is null)
    )
);
comment on table etl.publication is 'Loads on their way to Redshift; its order is the order in which they were applied here';
comment on column etl.publication.attempt is 'Never starts anew: it is in the client token, by which the Data API knows a statement again';
comment on column etl.publication.tries is 'Attempts since it was first asked for, or asked for again after it failed';
comment on column etl.publication.strikes is 'Those of the tries that Redshift refused';
comment on column etl.publication.extras is 'Columns of the live table that no declaration named when the load was applied';

create unique index "one publication of a dataset runs at a time" on etl.publication (dataset)
where state = 'running';
create index publication_open on etl.publication (dataset, publication_id)
where state <> 'applied';

alter table etl.alert
drop constraint "an alert tells how a load ended",
drop constraint "a load is mailed once",
add constraint "an alert tells how a load ended or why Redshift lacks it" check (
    kind in ('applied', 'rejected', 'failed', 'delayed', 'unpublished', 'differs')
),
add constraint "a load is mailed once" unique (load_id, kind);
