-- Look-ups: which datasets a dataset looks up, and of which of their loads a load reads the rows.
alter table etl.dataset
add column lookups text[] not null default '{}';
comment on column etl.dataset.lookups is 'The datasets whose rows are looked up';

alter table etl.load
add column lookups jsonb
constraint "look-ups are fixed all at once" check (jsonb_typeof(lookups) = 'object');
comment on column etl.load.lookups is 'The loads whose rows it looks up, by dataset; fixed when it is claimed, so that a retry reads the same rows';

-- Facts without a key: what a later version of an object is.
alter table etl.dataset
add column refuses_versions boolean not null default false;
comment on column etl.dataset.refuses_versions is 'Whether a later version of an object that was appended is refused';
