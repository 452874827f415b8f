-- The views of the folder views/, in both databases: what is deployed, and what it holds.
create table etl.dataset_view (
    target text not null constraint "a view is in a database of ours" check (
        target in ('postgres', 'redshift')
    ),
    schema_name text not null,
    view_name text not null,
    place integer not null,
    materialized boolean not null,
    datasets text[] not null,
    digest text not null,
    grants text[] not null default '{}',
    holds jsonb,
    refreshed_at timestamptz,
    seconds double precision,
    reason text,
    failures integer not null default 0,
    told boolean not null default false,
    due_at timestamptz not null default clock_timestamp(),
    asked jsonb,
    statement_id text,
    started_at timestamptz,
    primary key (target, schema_name, view_name)
);
comment on table etl.dataset_view is 'The views of the folder views/, one row for each database';
comment on column etl.dataset_view.place is 'A view comes after those that it reads';
comment on column etl.dataset_view.datasets is 'Those whose loads change what it shows, through other views too';
comment on column etl.dataset_view.grants is 'What to grant again: it was dropped, and not yet made again';
comment on column etl.dataset_view.holds is 'How many loads of each dataset are in a materialized view';
comment on column etl.dataset_view.reason is 'Why its last refresh failed; null when it did not';
comment on column etl.dataset_view.told is 'Whether somebody was told that its refreshes fail';
comment on column etl.dataset_view.asked is 'What it will hold when the refresh is over that runs in Redshift';

create index load_applied on etl.load (dataset) where state = 'applied';

alter table etl.alert
drop constraint "an alert tells how a load ended or why Redshift lacks it",
add constraint "an alert tells how a load ended or what lacks it" check (
    kind in ('applied', 'rejected', 'failed', 'delayed', 'unpublished', 'differs', 'view')
);

-- It answers more than it did.
drop function if exists etl.dependent_views(regclass, text);
