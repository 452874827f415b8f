-- Whole tables on their way to Redshift: one row is one snapshot of one table.
create table etl.table_migration (
    migration_id uuid primary key default gen_random_uuid(),
    place bigint not null generated always as identity,
    dataset text not null,
    state text not null default 'running'
    constraint "a migration has a known state" check (
        state in ('running', 'applied', 'failed', 'abandoned')
    ),
    reason text,
    attempt integer not null default 1 constraint "its attempts count from 1" check (attempt >= 1),
    job_run_id text,
    statement_id text,
    columns jsonb not null,
    contained uuid[],
    parts integer,
    parts_done integer not null default 0,
    rows_done bigint not null default 0,
    rows bigint,
    hash_sum numeric,
    redshift_rows bigint,
    redshift_hash_sum numeric,
    loads bigint,
    opened_at timestamptz not null default clock_timestamp(),
    started_at timestamptz not null default clock_timestamp(),
    read_at timestamptz,
    ended_at timestamptz,
    constraint "a migration ends when it runs no more" check (
        (ended_at is not null) = (state <> 'running')
    ),
    constraint "a migration that failed says why" check (state <> 'failed' or reason is not null),
    constraint "a table that was read was counted" check (
        num_nulls(read_at, rows, hash_sum, contained, loads) in (0, 5)
    ),
    constraint "what is in Redshift is what was read" check (
        state <> 'applied'
        or (redshift_rows = rows and redshift_hash_sum = hash_sum) is true
    )
);
comment on table etl.table_migration is 'Whole tables that went to Redshift; one row is one snapshot of one table';
comment on column etl.table_migration.columns is 'The live table''s columns when it was opened: what was read for others is read again';
comment on column etl.table_migration.contained is 'Loads that the snapshot holds and that were not published yet';

create unique index "one migration of a dataset is open" on etl.table_migration (dataset)
where state = 'running' or (state = 'failed' and read_at is not null);
