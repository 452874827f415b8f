"""Each rule refuses what its page of the documentation refuses, and nothing else."""

import re
from contextlib import suppress

import pytest

from local_cloud.redshift.language import Refused, lint, split, translate
from local_cloud.redshift.lexing import tokens
from local_cloud.redshift.rules import RULES

TYPES = "c_unsupported-postgresql-datatypes.html"
FEATURES = "c_unsupported-postgresql-features.html"
FUNCTIONS = "c_unsupported-postgresql-functions.html"
TABLE = "r_CREATE_TABLE_NEW.html"
ALTER = "r_ALTER_TABLE.html"
PROCEDURE = "r_CREATE_PROCEDURE.html"
STATEMENTS = "c_PLpgSQL-statements.html"
WINDOW = "r_Window_function_synopsis.html"
LONG = "n" * 128
WIDE = ", ".join(f"c{number} int" for number in range(1601))
SORTED = ", ".join(f"c{number}" for number in range(401))


def body(statements: str, declared: str = "n bigint;") -> str:
    return (
        "create or replace procedure etl.p(_a int, b varchar)\n"
        f"as $$\ndeclare\n{declared}\nbegin\n{statements}\nend;\n$$ language plpgsql"
    )


BAD = [
    ("create table t (a uuid)", "unsupported types", TYPES),
    ("create table t (a jsonb)", "unsupported types", TYPES),
    ("create table t (a bytea, b int)", "unsupported types", TYPES),
    ("create table t (a bigserial)", "unsupported types", TYPES),
    ("select a::json from s.t", "unsupported types", TYPES),
    ("select cast(a as money) from s.t", "unsupported types", TYPES),
    ("alter table t add column a inet", "unsupported types", TYPES),
    (body("null;", "x uuid;"), "unsupported types", TYPES),
    ("create table t (a int[])", "no arrays", TYPES),
    ("select array[1, 2]", "no arrays", TYPES),
    ("select a from s.t where a = any('{1}')", "no arrays", TYPES),
    ("create type t as enum ('a')", "no composite, enumerated or domain types", TYPES),
    ("create domain d as int", "no composite, enumerated or domain types", TYPES),
    ("select row(1, 2)", "no row constructors", FEATURES),
    ("create table t (a varchar(65536))", "varchar up to 65535 bytes", "r_Character_types.html"),
    ("create table t (a char(4097))", "char up to 4096 bytes", "r_Character_types.html"),
    ("create table t (a numeric(39, 2))", "numeric up to 38 digits", "r_Numeric_types201.html"),
    ("select 1::decimal(5, 6)", "numeric up to 38 digits", "r_Numeric_types201.html"),
    (
        "create table t (a geometry)",
        "types that the local Redshift lacks",
        "c_Supported_data_types.html",
    ),
    ("create table t (a int check (a > 0))", "no check or exclude constraints", FEATURES),
    ("create table t (a int, check (a > 0))", "no check or exclude constraints", FEATURES),
    ("alter table t add constraint c check (a > 0)", "no check or exclude constraints", FEATURES),
    ("create unlogged table t (a int)", "no unlogged tables", TABLE),
    ("create temp table t (a int) on commit drop", "no on commit", TABLE),
    ("create table t (a int) inherits (s)", "no inheritance", FEATURES),
    ("create table t (a int) partition by range (a)", "no partitions", FEATURES),
    ("create table t partition of s for values in (1)", "no partitions", FEATURES),
    ("create table t (a int) tablespace fast", "no tablespaces", FEATURES),
    (
        "create table t (a int, b int generated always as (a + 1) stored)",
        "no generated columns",
        TABLE,
    ),
    ("create table t (a smallint identity(1, 1))", "identity is an integer", TABLE),
    ("create table t (a bigint identity(1))", "identity has a seed and a step", TABLE),
    (
        "create table t (a bigint generated always as identity)",
        "identity has a seed and a step",
        TABLE,
    ),
    ("create table t (a int) distkey (b)", "columns of keys exist", TABLE),
    ("create table t (a int, primary key (b))", "columns of keys exist", TABLE),
    ("create table t (a int distkey, b int distkey)", "one distribution key", TABLE),
    ("create table t (a int) diststyle some", "known distribution styles", TABLE),
    ("create table t (a int) diststyle key", "diststyle key and distkey go together", TABLE),
    (
        "create table t (a int) diststyle all distkey (a)",
        "diststyle key and distkey go together",
        TABLE,
    ),
    ("create table t (a int sortkey, b int) sortkey (b)", "one sort key", TABLE),
    (f"create table t ({WIDE}) sortkey ({SORTED})", "400 sort columns, 8 interleaved", TABLE),
    ("create table t (a super sortkey)", "types of keys", TABLE),
    ("create table t (a int encode gzip)", "known encodings", "c_Compression_encodings.html"),
    (
        "create table t (like s.u) diststyle all",
        "like takes distribution and sorting along",
        TABLE,
    ),
    ("create temp table s.t (a int)", "temporary tables have no schema", TABLE),
    (f"create table t ({WIDE})", "1600 columns", TABLE),
    ("create table t (xmin int)", "names of system columns", FEATURES),
    ("create table t (a int) with (fillfactor = 70)", "what a table may say", TABLE),
    ("create table t (like s.u including all)", "what a table may say", TABLE),
    (
        "create table t (a int references s.u (b) on delete cascade)",
        "what a table may say",
        TABLE,
    ),
    ("create table t (a int generated always as identity(1, 1))", "what a table may say", TABLE),
    (
        "create table t as select 1 as a with no data",
        "no create table with data",
        "r_CREATE_TABLE_AS.html",
    ),
    ("create unique index i on t (a)", "no indexes", FEATURES),
    ("drop index i", "no indexes", FEATURES),
    (
        "create trigger g before insert on t for each row execute function f()",
        "no triggers",
        FEATURES,
    ),
    ("create sequence s", "no sequences", FEATURES),
    (
        "create rule r as on insert to t do instead nothing",
        "no rewrite rules",
        "c_SQL_commands.html",
    ),
    ("create extension hstore", "nothing else is made", "c_SQL_commands.html"),
    ("do 'begin end'", "known commands", "c_SQL_commands.html"),
    ("listen loads", "known commands", "c_SQL_commands.html"),
    (
        "alter table t add column a int, add column b int",
        "one action per alter table",
        ALTER,
    ),
    (
        "alter table t add column a int not null",
        "a new column that is not null has a default",
        ALTER,
    ),
    ("alter table t add column a int unique", "a new column is no key", ALTER),
    ("alter table t add a bigint identity(1, 1)", "a new column is no key", ALTER),
    ("alter table t add column if not exists a int", "alter table has no if exists", ALTER),
    ("alter table if exists t drop column a", "alter table has no if exists", ALTER),
    ("alter table t alter column a type bigint", "only varchar columns change", ALTER),
    (
        "alter table t alter column a type varchar(9) using b",
        "only varchar columns change",
        ALTER,
    ),
    (
        body("alter table t alter column a type varchar(9);"),
        "no alter column type in a transaction",
        ALTER,
    ),
    ("alter table t alter column a set not null", "columns keep default and null", ALTER),
    ("alter table t set schema s", "other actions of alter table", ALTER),
    (
        "create view s.v as select a from t with no schema binding",
        "late-binding views name schemas",
        "r_CREATE_VIEW.html",
    ),
    (
        "create materialized view v as select a from s.t with no data",
        "materialized views are filled and refreshed whole",
        "materialized-view-create-sql-command.html",
    ),
    (
        "create materialized view v as select a from s.t order by a",
        "materialized views are not sorted or cut",
        "materialized-view-create-sql-command.html",
    ),
    ("comment on schema s is 'x'", "comments", "r_COMMENT.html"),
    ("truncate s.a, s.b", "truncate one table", "r_TRUNCATE.html"),
    ("lock table s.a in share mode", "lock has no modes", "r_LOCK.html"),
    ("explain analyze select 1", "explain runs nothing", "r_EXPLAIN.html"),
    ("savepoint a", "no savepoints", FUNCTIONS),
    ("rollback to a", "no savepoints", FUNCTIONS),
    (
        "create function f(a int) returns int as $$ begin return a; end; $$ language plpgsql",
        "functions are sql",
        "r_CREATE_FUNCTION.html",
    ),
    (
        "create function f(int) returns int stable as $$ select a from s.t $$ language sql",
        "functions read no tables",
        "r_CREATE_FUNCTION.html",
    ),
    (f"create table {LONG} (a int)", "names up to 127 bytes", "r_names.html"),
    (f"create table {LONG[:64]} (a int)", "names up to 63 bytes here", "r_names.html"),
    (
        "insert into t (a) values (1) on conflict do nothing",
        "no on conflict",
        "r_INSERT_30.html",
    ),
    ("insert into t overriding system value values (1)", "no overriding", "r_INSERT_30.html"),
    (
        "insert into t values ((select max(a) from s.u)), (2)",
        "no subqueries in many rows",
        "r_INSERT_30.html",
    ),
    ("insert into t values (1) returning a", "no returning", "r_UPDATE.html"),
    ("delete from t where a = 1 returning a", "no returning", "r_UPDATE.html"),
    (
        "select count(*) filter (where a > 1) from s.t",
        "no filter",
        "c_Aggregate_Functions.html",
    ),
    ("select distinct on (a) a, b from s.t", "no distinct on", "r_SELECT_list.html"),
    ("select a is distinct from b from s.t", "no is distinct from", FUNCTIONS),
    ("select a is not distinct from b from s.t", "no is distinct from", FUNCTIONS),
    (
        "select a from s.t, lateral (select t.a) as u",
        "no lateral",
        "r_FROM_clause30.html",
    ),
    ("select a from s.t for update", "no locking of rows", "r_SELECT_synopsis.html"),
    ("select a from s.t tablesample system (1)", "no tablesample", "r_FROM_clause30.html"),
    ("select a from (values (1), (2)) as v (a)", "values are for insert", FEATURES),
    ("with v (a) as (values (1)) select a from v", "values are for insert", FEATURES),
    ("delete from s.t as u where u.a = 1", "delete has no alias", "r_DELETE.html"),
    ("delete s.t using s.u where t.a = u.a", "delete using says from", "r_DELETE.html"),
    ("update s.t as u set a = 1", "update has no alias", "r_UPDATE.html"),
    ("update s.t set (a, b) = (1, 2)", "update sets one column at a time", "r_UPDATE.html"),
    ("update s.t set a = 1, t.b = 2", "update sets one column at a time", "r_UPDATE.html"),
    (
        "update s.t set a = u.a from s.u left join s.v on u.b = v.b where t.b = u.b",
        "no outer join in update",
        "r_UPDATE.html",
    ),
    (
        "with gone as (delete from s.t) select 1",
        "with holds queries",
        "r_WITH_clause.html",
    ),
    (
        "with a as (with b as (select 1) select * from b) select * from a",
        "with is not nested",
        "r_WITH_clause.html",
    ),
    (
        "with recursive a as (select 1 union all select 2) select * from a",
        "with recursive names its columns",
        "r_WITH_clause.html",
    ),
    (
        "with a as (select 1) insert into s.t select * from a",
        "insert before with",
        "r_INSERT_30.html",
    ),
    (
        "with a as materialized (select 1) select * from a",
        "with is not materialized by word",
        "r_WITH_clause.html",
    ),
    ("select top 3 a from s.t limit 3", "top or limit", "r_SELECT_list.html"),
    (
        "select sum(a) over (partition by b order by c) from s.t",
        "windows of aggregates have a frame",
        WINDOW,
    ),
    (
        "select sum(a) over (order by c range between unbounded preceding and current row)"
        " from s.t",
        "frames count rows",
        WINDOW,
    ),
    ("select row_number() over (order by 1) from s.t", "windows are sorted by columns", WINDOW),
    (
        "select rank() over w from s.t window w as (order by a)",
        "windows have no names",
        WINDOW,
    ),
    (
        "select a from s.t except all select a from s.u",
        "set operators without all",
        "r_UNION.html",
    ),
    (
        "(select a from s.t limit 1) union select a from s.u",
        "no limit inside set operators",
        "r_UNION.html",
    ),
    ("select a -> 'b' from s.t", "no json or array operators", TYPES),
    (
        "select a from s.t where a ~* 'b'",
        "regular expressions heed case",
        "pattern-matching-conditions-posix.html",
    ),
    (
        "select a from s.t qualify row_number() over (order by a) = 1",
        "queries that the local Redshift lacks",
        "r_QUALIFY_clause.html",
    ),
    (
        "select t.a from s.t where not exists (select 1 from s.u where not exists"
        " (select 1 from s.v where t.a = v.a))",
        "subqueries see one level up",
        "r_correlated_subqueries.html",
    ),
    (
        "create view s.v as select t.a from s.t where not exists (select 1 from s.u where not"
        " exists (select 1 from s.v where t.a = v.a)) with no schema binding",
        "subqueries see one level up",
        "r_correlated_subqueries.html",
    ),
    (
        "select a from s.t where b in (select sum(c) over () from s.u where u.a = t.a)",
        "correlated subqueries have no windows",
        "r_correlated_subqueries.html",
    ),
    (
        "select t.a from s.t left join s.u on t.a = u.a and u.b ="
        " (select max(v.b) from s.v where v.a = u.a)",
        "outer joins have no correlated subquery",
        "r_correlated_subqueries.html",
    ),
    (
        "merge into s.t as x using s.u on x.a = u.a when matched then delete"
        " when not matched then insert values (u.a)",
        "merge target has no alias",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using (select 1 as a) as u on t.a = u.a when matched then delete"
        " when not matched then insert values (u.a)",
        "merge takes a table",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on t.a = u.a and t.b > u.b when matched then delete"
        " when not matched then insert values (u.a)",
        "merge matches by equality",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on true when matched then delete"
        " when not matched then insert values (u.a)",
        "merge matches by equality",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on t.a = u.a and t.b = 1 when matched then delete"
        " when not matched then insert values (u.a)",
        "merge matches by equality",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on t.a = u.a when matched then delete",
        "merge has both branches",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on t.a = u.a when matched and t.b > 1 then delete"
        " when not matched then insert values (u.a)",
        "merge branches have no condition",
        "r_MERGE.html",
    ),
    (
        "with u as (select 1 as a) merge into s.t using u on t.a = u.a when matched then delete"
        " when not matched then insert values (u.a)",
        "merge has no with",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.t on t.a = t.a when matched then delete"
        " when not matched then insert values (t.a)",
        "merge needs two tables",
        "r_MERGE.html",
    ),
    (
        "merge into s.t using s.u on t.a = u.a remove duplicates",
        "remove duplicates is not here",
        "r_MERGE.html",
    ),
    ("select string_agg(a, ',') from s.t", "unsupported functions", FUNCTIONS),
    ("select gen_random_uuid()", "unsupported functions", FUNCTIONS),
    ("select jsonb_build_object('a', 1)", "unsupported functions", FUNCTIONS),
    ("select pg_catalog.to_json(a) from s.t", "unsupported functions", FUNCTIONS),
    ("select a from generate_series(1, 3) as g (a)", "unsupported functions", FUNCTIONS),
    ("insert into s.t values (clock_timestamp())", "unsupported functions", FUNCTIONS),
    (body("n := format('%s', 1);"), "unsupported functions", FUNCTIONS),
    ("select pg_advisory_xact_lock(1)", "no advisory locks", FUNCTIONS),
    ("select concat('a', 'b', 'c')", "concat takes two", "r_CONCAT.html"),
    (
        "insert into s.t select now() from s.u",
        "functions of the leader node",
        "c_SQL_functions_leader_node_only.html",
    ),
    (
        "update s.t set a = current_timestamp",
        "functions of the leader node",
        "c_SQL_functions_leader_node_only.html",
    ),
    ("select getdate(1)", "getdate takes nothing", "r_GETDATE.html"),
    (
        body("truncate s.t;"),
        "no truncate in procedures",
        "stored-procedure-transaction-management.html",
    ),
    (
        body("commit;"),
        "no commit in procedures",
        "stored-procedure-transaction-management.html",
    ),
    (
        body("if n > 1 then rollback; end if;"),
        "no commit in procedures",
        "stored-procedure-transaction-management.html",
    ),
    (
        "create procedure p() nonatomic as $$ begin null; end; $$ language plpgsql",
        "no nonatomic procedures",
        PROCEDURE,
    ),
    (
        body("n := 1;\nexception when others then raise info 'no';"),
        "no exception blocks",
        "stored-procedure-trapping-errors.html",
    ),
    (
        body("n := 1;\nexception when unique_violation then raise info 'no';"),
        "only others is caught",
        "stored-procedure-trapping-errors.html",
    ),
    (
        body("vacuum s.t;"),
        "no own transactions in procedures",
        "stored-procedure-constraints.html",
    ),
    (
        body("set local a to 1;"),
        "no own transactions in procedures",
        "stored-procedure-constraints.html",
    ),
    (
        f"create procedure p({', '.join(f'a{n} int' for n in range(33))})"
        " as $$ begin null; end; $$ language plpgsql",
        "32 arguments",
        "stored-procedure-constraints.html",
    ),
    (
        "create procedure p(a int default 1) as $$ begin null; end; $$ language plpgsql",
        "arguments have no defaults",
        PROCEDURE,
    ),
    (
        "create procedure p(variadic a int) as $$ begin null; end; $$ language plpgsql",
        "arguments are in, out or inout",
        PROCEDURE,
    ),
    (
        "create procedure p() as $$ select 1 $$ language sql",
        "procedures are plpgsql",
        PROCEDURE,
    ),
    (
        "create procedure p() as 'begin null; end' language plpgsql",
        "bodies are in dollars",
        PROCEDURE,
    ),
    (body("raise 'no';"), "raise has level and format", STATEMENTS),
    (body("raise exception '%', b using errcode = '1';"), "raise has no using", STATEMENTS),
    (body("raise info 'a %', n + 1;"), "raise takes variables", STATEMENTS),
    (
        body("get diagnostics b = message_text;"),
        "diagnostics know row_count",
        "c_PLpgSQL-structure.html",
    ),
    (body("return n;"), "procedures return nothing", STATEMENTS),
    (body("return query select 1;"), "procedures return nothing", STATEMENTS),
    (body("perform etl.f(1);"), "no perform", STATEMENTS),
    (body("assert n > 1;"), "no assert", STATEMENTS),
    (body("foreach n in array b loop null; end loop;"), "no foreach", STATEMENTS),
    (body("execute 'select $1' using n;"), "execute has no using", STATEMENTS),
    (body("select a into strict n from s.t;"), "no into strict", STATEMENTS),
    (body("for i in 1..9 by 2 loop null; end loop;"), "for counts by one", STATEMENTS),
    (
        "create procedure p() as $$\n#variable_conflict use_column\nbegin null; end;\n$$"
        " language plpgsql",
        "no directives",
        "c_PLpgSQL-structure.html",
    ),
    (body("execute 'commit';"), "no dynamic commit", STATEMENTS),
    (
        body("insert into s.t (a, b) values (1, 2);"),
        "variables are put in everywhere",
        "stored-procedure-transaction-management.html",
    ),
    (
        body("update s.t set a = 1, n = 2;"),
        "variables are put in everywhere",
        "stored-procedure-transaction-management.html",
    ),
    (
        body("create temp table u as select 1 as n;"),
        "variables are put in everywhere",
        "stored-procedure-transaction-management.html",
    ),
    ("copy s.t from stdin", "copy reads from s3", "r_COPY.html"),
    (
        "copy s.t from 's3://b/k' format as csv",
        "copy and unload say who they are",
        "copy-parameters-authorization.html",
    ),
    (
        "copy s.t from 's3://b/k' iam_role 'r' format as parquet maxerror 5",
        "options of columnar files",
        "copy-usage_notes-copy-from-columnar.html",
    ),
    ("unload s.t to 's3://b/k' iam_role 'r'", "unload takes a query", "r_UNLOAD.html"),
    (
        body("copy s.t from 's3://b/k' iam_role 'r' format as parquet;"),
        "copy is not in procedures here",
        STATEMENTS,
    ),
    (
        "copy s.t from 's3://b/k' iam_role 'r' csv truncatecolumns",
        "copy loses nothing",
        "copy-parameters-data-load.html",
    ),
]


GOOD = """
create schema if not exists etl authorization loader;
create table if not exists s.t (
    id bigint not null encode az64, "Name" varchar(12) default 'a, b', at timestamptz,
    amount numeric(38, 2) default -1.5, document super, flag boolean not null default false,
    number bigint identity(1, 1), other int generated by default as identity(5, 2),
    primary key (id), unique (at), foreign key (id) references s.u (id)
) backup no diststyle key distkey (id) compound sortkey (id, at);
create temp table w (like s.t including defaults);
create table s.x diststyle all sortkey (a)
    as select a, row_number() over (partition by b order by c) as n from s.y;
create table #here as select 1 as a;
create view s.v as select t.a from s.t inner join s.u on t.id = u.id
    where extract(year from t.at) > 2000 with no schema binding;
create materialized view s.m backup no auto refresh yes
    as select a, count(*) as n from s.t group by a;
alter table s.t add column c varchar(9) not null default 'x';
alter table s.t alter column c type varchar(20);
alter table s.t alter sortkey (id), alter distkey id;
alter table s.t owner to somebody;
comment on table s.t is 'it is what "it" is';
lock s.t, s.u;
grant select on all tables in schema s to group readers;
select top 5 id, nvl(a, 'x'), decode(a, 1, 'b', 'c') from s.t where a like '%update%' order by id;
select sum(a) over (partition by b order by c rows unbounded preceding) from s.t;
select count(distinct a || '-' || b), listagg(a, ',') within group (order by a) from s.t;
select first_value(a) over (order by b rows between unbounded preceding and current row)
    from s.t;
select a from s.t group by grouping sets ((a), ()) having count(*) > 1;
select a from s.t where a in (select b from s.u) and exists (select 1 from s.v where v.a = t.a);
select a, max(b) from s.t group by a union all select a, b from s.u order by 1 limit 5 offset 2;
with recursive r (n) as (select 1 union all select n + 1 from r where n < 5) select n from r;
with a as (select 1 as x), b as (select x from a) select * from b;
insert into s.t (id, name) values (1, 'a;b'), (2, 'it''s');
insert into s.t (id) select id from s.u where not exists (select 1 from s.t where t.id = u.id);
update s.t set name = u.name, at = getdate() from s.u where t.id = u.id and t.at < sysdate;
delete from s.t using s.u where t.id = u.id;
delete s.t where id = 3;
merge into s.t using s.u as u on (t.id = u.id and t.at = u.at)
    when matched then update set name = u.name
    when not matched then insert (id, name) values (u.id, u.name);
select now(), current_schema();
select current_date, date_trunc('day', at), dateadd(day, 1, at), at::date from s.t;
select json_extract_path_text(d, 'a'), is_valid_json(d), len(d), md5(d) from s.t;
select case when a = 1 then 'x' else 'y' end::varchar(1) from s.t;
copy s.t from 's3://b/k' iam_role 'r' format as parquet manifest;
copy s.t (id, name) from 's3://b/k' iam_role 'r' csv ignoreheader 1 gzip maxerror 3;
unload ('select * from s.t') to 's3://b/k' iam_role 'r' parquet;
call etl.p(1, 'a');
begin; end; commit; rollback; vacuum full s.t; analyze s.t; truncate s.t;
set query_group to 'x';
create or replace function f_more(int, int) returns int immutable
    as $$ select $1 + $2 $$ language sql;
create or replace procedure etl.p(_a int, _b varchar(9), _c inout bigint)
as $$
-- A comment, with a ; and a 'quote.
declare
    _n bigint := 0;
    _text varchar := 'begin; commit;';
    _row record;
begin
    if _a is null or _b = '' then
        raise exception 'no: % and %', _a, _b;
    elsif case when _a > 1 then true else false end then
        return;
    end if;
    lock s.t;
    create temp table judged as select id, count(*) as rows_of_it from s.t group by id;
    update s.t set name = _b from judged where t.id = judged.id;
    get diagnostics _n := row_count;
    for _row in select id from judged order by id loop
        execute 'delete from s.u where id = ' || quote_literal(_row.id);
        exit when _row.id > 9;
    end loop;
    while _n > 0 loop
        _n := _n - 1;
        continue when _n = 3;
    end loop;
    select into _n count(*) from judged;
    select max(id) into _c from judged;
    call etl.q(_n);
    drop table judged;
    null;
end;
$$ language plpgsql security definer;
"""


@pytest.mark.parametrize(("sql", "name", "page"), BAD)
def test_a_statement_breaks_its_rule(sql: str, name: str, page: str):
    found = {finding.rule: finding for finding in lint(sql, is_strict=True)}
    assert name in found, found
    assert found[name].page == f"https://docs.aws.amazon.com/redshift/latest/dg/{page}"
    assert "{" not in found[name].message


@pytest.mark.parametrize(("sql", "name"), [(sql, name) for sql, name, _ in BAD])
def test_what_breaks_a_rule_is_refused(sql: str, name: str):
    strict = {rule.name for rule in RULES if rule.is_strict}
    if name in strict:
        pytest.skip("a rule of this repository's own SQL")
    with pytest.raises(Refused):
        translate(sql)


def test_what_redshift_takes_breaks_no_rule():
    assert lint(GOOD) == []
    assert [each.rule for each in lint(GOOD, is_strict=True)] == ["copy loses nothing"]


def test_every_rule_has_a_statement_that_breaks_it():
    assert {rule.name for rule in RULES} == {name for _, name, _ in BAD}
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_page_is_one_of_the_guide():
    for rule in RULES:
        assert re.fullmatch(r"[A-Za-z0-9_-]+\.html", rule.page), rule


def test_a_finding_has_the_line_where_it_stands():
    text = "select 1;\n\n" + body("null;\ncommit;\nperform 1;")
    assert [(each.line, each.rule) for each in lint(text)] == [
        (9, "no commit in procedures"),
        (10, "no perform"),
    ]


def test_strings_and_comments_break_no_rule():
    assert lint("select 'returning; on conflict' as a -- distinct on (a)\n/* perform */") == []


@pytest.mark.parametrize("text", [GOOD, *(sql for sql, _, _ in BAD if len(sql) < 1000)])
def test_what_ends_too_early_is_left_to_postgresql(text: str):
    for statement in split(text):
        for token in tokens(statement):
            begun = statement[: token.end]
            lint(begun, is_strict=True)
            with suppress(Refused):
                translate(begun)
