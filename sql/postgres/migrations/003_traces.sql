create table etl.load_step (
    load_id uuid not null references etl.load,
    attempt integer not null,
    step text not null,
    seconds double precision not null constraint "time runs forward" check (seconds >= 0),
    detail jsonb not null default '{}',
    noted_at timestamptz not null default clock_timestamp(),
    constraint "a step is noted once per attempt" primary key (load_id, attempt, step)
);
comment on table etl.load_step is 'Where the time of a load went';

create table etl.reject_sample (
    load_id uuid not null references etl.load,
    place integer not null,
    line bigint,
    "column" text,
    rule text not null,
    found text,
    wanted text,
    raw text,
    primary key (load_id, place)
);
comment on table etl.reject_sample is 'The first refused rows of a load; the rejected zone keeps all of them';

create table etl.alert (
    alert_id bigint generated always as identity primary key,
    load_id uuid not null references etl.load,
    kind text not null
    constraint "an alert tells how a load ended" check (kind in ('applied', 'rejected', 'failed')),
    subject text not null,
    message text not null,
    created_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz,
    constraint "a load is mailed once" unique (load_id)
);
comment on table etl.alert is 'The outbox: written with the state it tells of, mailed afterwards';
create index alert_unsent on etl.alert (alert_id) where sent_at is null;

create table etl.stage_part (
    load_id uuid not null references etl.load,
    attempt integer not null,
    part integer not null,
    constraint "a part is staged once per attempt" primary key (load_id, attempt, part)
);
comment on table etl.stage_part is 'Parts whose COPY committed; a task that runs twice finds its part here';
