-- Which migrations the database has seen. Runs at every deployment, changes nothing twice.
create schema if not exists etl;
comment on schema etl is 'The ledger: what arrived, what was applied, and why not';

create schema if not exists stage;
comment on schema stage is 'One table per load, dropped when the load is applied';

create table if not exists etl.migration (
    name text primary key,
    digest text not null,
    applied_at timestamptz not null default clock_timestamp()
);
comment on table etl.migration is 'Migrations that ran; digest is the SHA-256 of the text that ran';
