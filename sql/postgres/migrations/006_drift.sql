-- What a changed declaration or an unannounced column does to a live table, and the record of it.
alter table etl.settings
add column max_extra_columns integer not null default 50
constraint "extra columns are counted" check (max_extra_columns >= 0),
add column max_rewrite bigint not null default 268435456
constraint "a rewrite has a size" check (max_rewrite >= 0),
add column ddl_lock_timeout interval not null default '1 second';
comment on column etl.settings.max_extra_columns is 'Undeclared columns that files may add to one live table';
comment on column etl.settings.max_rewrite is 'Bytes of the largest table that a deployment rewrites to widen a type';
comment on column etl.settings.ddl_lock_timeout is 'How long a change of a live table may keep readers waiting for its lock';

alter table etl.dataset
add column drift text not null default 'strict'
constraint "drift is strict or evolve" check (drift in ('strict', 'evolve')),
add column merge_template text;
comment on column etl.dataset.drift is 'Whether files may bring columns that are not declared';
comment on column etl.dataset.merge_template is 'The merge as text; a line with _extra_columns stands for each of them';

create table etl.extra_column (
    dataset text not null references etl.dataset,
    name text not null,
    found text not null,
    load_id uuid not null references etl.load,
    added_at timestamptz not null default clock_timestamp(),
    constraint "a column is added once" primary key (dataset, name)
);
comment on table etl.extra_column is 'Columns of live tables that no declaration names: a file brought them under drift: evolve';
comment on column etl.extra_column.found is 'The name in the header of the file that brought it';

create table etl.drift (
    drift_id bigint generated always as identity primary key,
    dataset text not null,
    load_id uuid references etl.load,
    "column" text not null,
    change text not null
    constraint "drift has a known change" check (
        change in (
            'added', 'undeclared', 'missing', 'reordered',
            'widened', 'relaxed', 'tightened', 'declared', 'inferred'
        )
    ),
    detail text not null,
    noted_at timestamptz not null default clock_timestamp(),
    constraint "a load notes a change of a column once" unique (load_id, "column", change)
);
comment on table etl.drift is 'How columns differed from the declaration, load by load; a row without a load is of a deployment';
create index drift_of_dataset on etl.drift (dataset, noted_at desc);

drop function if exists etl.column_differences(text);
