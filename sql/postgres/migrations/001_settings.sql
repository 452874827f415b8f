-- What an operator may turn: one row, so that it cannot contradict itself.
create table etl.settings (
    is_only_row boolean primary key default true
    constraint "there is one row of settings" check (is_only_row),
    max_attempts integer not null default 3
    constraint "a load is tried at least once" check (max_attempts >= 1),
    lock_timeout interval not null default '60 seconds',
    work_mem text not null default '128MB',
    keep_stage interval not null default '3 days',
    keep_rejects integer not null default 100
    constraint "a rejected load shows at least one row" check (keep_rejects >= 1)
);
comment on table etl.settings is 'What an operator may turn; functions read it at every call';
comment on column etl.settings.max_attempts is 'Attempts of a load before it ends as failed';
comment on column etl.settings.lock_timeout is 'How long a merge waits for another merge of its table';
comment on column etl.settings.work_mem is 'Memory of one sort or hash of a merge';
comment on column etl.settings.keep_stage is 'How long the stage table of an unsuccessful load is kept';
comment on column etl.settings.keep_rejects is 'Rejected rows the ledger shows of a load; the lake keeps all';

insert into etl.settings default values;

-- What the database must know of a declaration; the deployment of a dataset writes its row.
create table etl.dataset (
    name text primary key,
    mode text not null
    constraint "a dataset has a load mode"
    check (mode in ('snapshot', 'upsert', 'append', 'replace', 'history')),
    target_schema text not null,
    target_table text not null,
    key_columns text[] not null default '{}',
    order_by text,
    columns jsonb not null
    constraint "the columns are a list" check (jsonb_typeof(columns) = 'array'),
    alert_success boolean not null default false,
    alert_failure boolean not null default true,
    constraint "a table has one dataset" unique (target_schema, target_table)
);
comment on table etl.dataset is 'The declarations this database serves';
comment on column etl.dataset.columns is 'In order: name, type as the catalogue spells it, nullable';
