-- What this database has seen. Runs at every deployment, changes nothing twice.
-- Redshift keeps no comments on schemas: etl is what was applied, and the procedures that apply;
-- stage has one table per load, made and dropped in the transaction of its load.
create schema if not exists etl;
create schema if not exists stage;

create table if not exists etl.deployed (
    name varchar(256) not null,
    digest varchar(64) not null,
    primary key (name)
)
diststyle all;
comment on table etl.deployed is 'Files that ran here; digest is the SHA-256 of the text that ran';
