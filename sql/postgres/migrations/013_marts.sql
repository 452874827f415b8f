-- Marts: datasets that are computed of the rows of other datasets, and what each build was made of.
alter table etl.dataset
add column deleted_when text,
add column inputs text[] not null default '{}',
add column recipe text,
add constraint "a mart has inputs and a recipe" check ((recipe is null) = (inputs = '{}'));
comment on column etl.dataset.deleted_when is 'The boolean column that marks rows of an upsert as deletes';
comment on column etl.dataset.inputs is 'The datasets that a mart is computed of; none for one that files bring';
comment on column etl.dataset.recipe is 'Changes when what a mart is computed by does; null for no mart';

alter table etl.settings
add column mart_patience interval not null default '1 hour'
constraint "patience is a time" check (mart_patience >= '0'::interval);
comment on column etl.settings.mart_patience is 'How long a mart waits for open loads of its inputs before it is built without them';

alter table etl.load
add column mode text
constraint "a load was applied in a load mode"
check (mode in ('snapshot', 'upsert', 'append', 'replace', 'history'));
comment on column etl.load.mode is 'The mode in which it was applied, whatever is declared since';

create table etl.mart_build (
    load_id uuid primary key references etl.load,
    recipe text not null,
    previous uuid references etl.load
);
comment on table etl.mart_build is 'A load of a mart: by which recipe it was asked for';
comment on column etl.mart_build.previous is 'The load that was applied before, by the same recipe; its partitions may be kept';

create table etl.mart_input (
    load_id uuid not null references etl.mart_build,
    input text not null,
    parts jsonb not null,
    primary key (load_id, input)
);
comment on table etl.mart_input is 'What a load of a mart is computed of: etl.clean_parts of each input';
