-- What this database has seen. Runs at every deployment, changes nothing twice.
create schema if not exists etl;
comment on schema etl is 'What was applied, and the procedures that apply';

create schema if not exists stage;
comment on schema stage is 'One table per load, made and dropped in the transaction of its load';

create table if not exists etl.deployed (
    name varchar(256) not null,
    digest varchar(64) not null,
    primary key (name)
)
diststyle all;
comment on table etl.deployed is 'Files that ran here; digest is the SHA-256 of the text that ran';
