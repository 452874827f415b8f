-- Batches: datasets of which the files of one business date are loaded together, or not at all.
create table etl.batch (
    name text primary key,
    description text not null,
    members text[] not null
    constraint "a batch has members" check (cardinality(members) > 0),
    pattern text not null,
    date_expression text not null,
    date_parts text[] not null
    constraint "a date has a year, a month and a day" check (
        date_parts @> '{yyyy,MM,dd}' and cardinality(date_parts) = 3
    ),
    expected text not null
    constraint "a batch is expected on known days" check (
        expected in ('daily', 'weekdays', 'none')
    ),
    deadline_days integer not null
    constraint "a deadline is not before its business date" check (deadline_days >= 0),
    deadline_time time not null,
    watched_since timestamptz
);
comment on table etl.batch is 'The batches of this build; the folder batches/ declares them';
comment on column etl.batch.pattern is 'Where the business date stands in a key, as it is declared';
comment on column etl.batch.date_expression is 'The same as a regular expression, a group for each part';
comment on column etl.batch.date_parts is 'What the groups are, in their order';
comment on column etl.batch.watched_since is 'Days are expected whose deadline is later than this';

create table etl.batch_day (
    batch text not null references etl.batch on delete cascade,
    business_date date not null,
    state text not null default 'open'
    constraint "a day of a batch has a known state" check (
        state in ('open', 'complete', 'applied', 'skipped')
    ),
    deadline timestamptz not null,
    opened_at timestamptz not null default clock_timestamp(),
    completed_at timestamptz,
    ended_at timestamptz,
    alerted_at timestamptz,
    late_minutes integer not null default 0,
    primary key (batch, business_date),
    constraint "what is applied was complete" check (
        completed_at is not null or state in ('open', 'skipped')
    ),
    constraint "a day ends when it is applied or skipped" check (
        (ended_at is not null) = (state in ('applied', 'skipped'))
    )
);
comment on table etl.batch_day is 'Business dates: open until every member is there, then complete, then applied';
comment on column etl.batch_day.state is 'skipped: a later date was applied before this one was whole';
comment on column etl.batch_day.alerted_at is 'When somebody was told that something lacks; once for a day';
comment on column etl.batch_day.late_minutes is 'How long after the deadline its last member came';

alter table etl.settings
add column batch_grace interval not null default '1 hour';
comment on column etl.settings.batch_grace is 'How long a business date may stay open whose first file comes after its deadline';

alter table etl.dataset
add column is_whole boolean not null default false;
comment on column etl.dataset.is_whole is 'Whether a file is the whole truth, so that one of a later date says all that an earlier one does';
update etl.dataset set is_whole = mode in ('snapshot', 'replace');

alter table etl.load
add column business_date date;
comment on column etl.load.business_date is 'Of a member of a batch: the date in its key';
create index load_business_date on etl.load (dataset, business_date)
where business_date is not null;

alter table etl.alert
alter column load_id drop not null,
drop constraint "an alert tells how a load ended or what lacks it",
add constraint "an alert tells how a load ended or what lacks it" check (
    kind in ('applied', 'rejected', 'failed', 'delayed', 'unpublished', 'differs', 'view', 'batch')
),
add constraint "an alert is about a load or a batch" check (
    load_id is not null or kind = 'batch'
);
