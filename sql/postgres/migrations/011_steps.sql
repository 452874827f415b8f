-- Steps: SQL of the project's own that runs after a merge, in its transaction.
create table etl.project_step (
    name text primary key,
    description text not null,
    schema_name text not null,
    procedure_name text not null,
    digest text,
    deployed_at timestamptz not null default clock_timestamp()
);
comment on table etl.project_step is 'The files of steps/ and the procedure that each has called after a merge';
comment on column etl.project_step.digest is 'SHA-256 of the file that ran last; another text runs again';

alter table etl.dataset add column steps text[] not null default '{}';
comment on column etl.dataset.steps is 'The steps that run after a merge, in this order';
