"""Tables and views of Redshift, on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from local_cloud.redshift.errors import Failed
from local_cloud.redshift.session import Session


def rows(session: Session, sql: str) -> list[list[Any]]:
    return session.run(sql).records


def run(session: Session, *statements: str) -> None:
    for statement in statements:
        session.run(statement)


@pytest.fixture(autouse=True)
def schema(session: Session) -> None:
    session.run("create schema s")


def types(session: Session, table: str) -> list[list[Any]]:
    return rows(
        session,
        "select column_name, data_type, character_maximum_length from information_schema.columns"
        f" where table_name = '{table}' order by ordinal_position",
    )


@pytest.mark.parametrize(
    "make",
    [
        "create table s.t (name varchar(4))",
        "create table s.t as select 'a'::varchar(4) as name",
        "create table s.t (like s.parent)",
        "create temp table t (name char(4))",
        "create table #t (name varchar(4))",
    ],
)
def test_lengths_are_bytes_however_a_table_is_made(session: Session, make: str):
    run(session, "create table s.parent (name varchar(4))", make)
    name = "s.t" if " s.t" in make else "#t" if "#t" in make else "t"
    session.run(f"insert into {name} values ('éé')")
    with pytest.raises(Failed, match="Value too long for type character"):
        session.run(f"insert into {name} values ('ééé')")


def test_lengths_stay_bytes_when_a_column_grows_or_comes(session: Session):
    run(session, "create table s.t (name varchar(2))", "insert into s.t values ('é')")
    session.run("alter table s.t alter column name type varchar(4)")
    session.run("update s.t set name = 'éé'")
    session.run("alter table s.t add column other varchar(3)")
    for column in ("name", "other"):
        with pytest.raises(Failed, match=r"Value too long for type character varying\([34]\)"):
            session.run(f"update s.t set {column} = 'ééé'")


def test_the_catalogue_says_what_was_declared(session: Session):
    session.run(
        "create table s.t (a varchar(7), b text, c varchar, d nvarchar(max), e decimal, f char,"
        " g super, h bpchar, i float, j character varying(3))"
    )
    assert types(session, "t") == [
        ["a", "character varying", 7],
        ["b", "character varying", 256],
        ["c", "character varying", 256],
        ["d", "character varying", 65535],
        ["e", "numeric", None],
        ["f", "character", 1],
        ["g", "jsonb", None],
        ["h", "character", 256],
        ["i", "double precision", None],
        ["j", "character varying", 3],
    ]


def test_a_text_that_a_query_makes_has_room_for_65535_bytes(session: Session):
    session.run("create table s.t as select 'a' || 'b' as name")
    assert types(session, "t") == [["name", "character varying", 65535]]


def test_keys_are_declared_and_not_enforced(session: Session):
    run(
        session,
        "create table s.u (id int primary key)",
        "create table s.t (id int, u int references s.u (id), primary key (id), unique (u))",
        "insert into s.t values (1, 9), (1, 9)",
        "alter table s.t add constraint again foreign key (id) references s.u (id)",
    )
    facts = rows(session, "select facts from redshift_catalog.remembered order by relation")
    assert '"primary_key": ["id"]' in facts[1][0]
    assert facts[1][0].count('"table": "s.u"') == 2
    with pytest.raises(Failed, match="Cannot insert a NULL value into column id"):
        session.run("insert into s.t values (null, 1)")


def test_a_primary_key_comes_to_columns_that_are_not_null(session: Session):
    session.run("create table s.t (a int not null, b int)")
    session.run("alter table s.t add primary key (a)")
    with pytest.raises(Failed, match='primary key column "b" must be not null'):
        session.run("alter table s.t add constraint again primary key (a, b)")


def test_a_table_that_is_there_is_left_alone(session: Session, open_session: Any):
    make = "create table if not exists s.t (a int primary key) diststyle all"
    session.run(make)
    other = open_session()
    other.run("begin")
    other.run("select * from s.t")
    session.run("set lock_timeout to 2000")
    session.run(make)
    other.close()


def test_distribution_and_sorting_are_remembered(session: Session):
    run(
        session,
        "create table s.t (a int encode raw, b int) distkey (a) compound sortkey (a, b)",
        "create table s.u (like s.t)",
        "alter table s.t alter diststyle even",
        "create table s.gone (a int) diststyle all",
        "drop table s.gone",
    )
    facts = [
        row[0]
        for row in rows(session, "select facts from redshift_catalog.remembered order by relation")
    ]
    assert len(facts) == 2
    assert '"diststyle": "even"' in facts[0]
    assert '"sortkey": ["a", "b"]' in facts[1]
    assert '"distkey": "a"' in facts[1]


def test_a_column_that_distributes_or_sorts_stays(session: Session):
    session.run("create table s.t (a int, b int, c int) distkey (a) sortkey (b)")
    for column, kind in (("a", "distkey"), ("b", "sortkey")):
        with pytest.raises(Failed, match=f"cannot drop {kind} column"):
            session.run(f"alter table s.t drop column {column}")
    session.run("alter table s.t drop column c")


def test_a_varchar_grows_unless_it_has_a_default_or_is_a_key(session: Session):
    session.run(
        "create table s.t (a varchar(3), b varchar(3) default 'x', c varchar(3) primary key,"
        " d varchar(3) encode text255)"
    )
    session.run("alter table s.t alter column a type varchar(9)")
    for column in "bcd":
        with pytest.raises(Failed, match="cannot alter column"):
            session.run(f"alter table s.t alter column {column} type varchar(9)")


def test_an_identity_counts_and_takes_no_value(session: Session):
    session.run(
        "create table s.t (a bigint identity(1, 1), b int generated by default as"
        " identity(10, -5), c int)"
    )
    session.run("insert into s.t (c) values (7), (8)")
    assert rows(session, "select * from s.t") == [[1, 10, 7], [2, 5, 8]]
    session.run("insert into s.t (b, c) values (3, 9)")
    for wrong in ("insert into s.t (a, c) values (1, 1)", "update s.t set a = 1"):
        with pytest.raises(Failed):
            session.run(wrong)


def test_tables_are_dropped_in_a_row(session: Session):
    run(session, "create table s.a (x int)", "create table s.b (x int)")
    session.run("drop table if exists s.a, s.b, s.c")
    assert rows(session, "select count(*) from pg_tables where schemaname = 's'") == [[0]]


def test_a_late_binding_view_does_not_hold_its_table(session: Session):
    run(
        session,
        "create table s.t (a int, b varchar(3))",
        "insert into s.t values (1, 'x')",
        "create view s.v as select * from s.t with no schema binding",
        "drop table s.t",
    )
    with pytest.raises(Failed, match=r'relation "s\.t" does not exist'):
        session.run("select * from s.v")
    session.run("create table s.t (b varchar(9), c date)")
    session.run("insert into s.t values ('later', '2020-01-02')")
    assert rows(session, "select * from s.v") == [["later", "2020-01-02"]]


def test_a_late_binding_view_comes_before_its_table(session: Session):
    session.run("create view s.v (one) as select nvl(a, 0) from s.t with no schema binding")
    session.run("create table s.t (a int)")
    session.run("insert into s.t values (null)")
    result = session.run("select * from s.v")
    assert (result.columns[0].name, result.records) == ("one", [[0]])


def test_late_binding_views_come_before_those_that_they_read(session: Session):
    for view, read in (("top", "middle"), ("middle", "base"), ("base", "t")):
        session.run(f"create view s.{view} as select a from s.{read} with no schema binding")
    session.run("create table s.t (a int)")
    session.run("insert into s.t values (1)")
    assert session.run("select a + 1 from s.top").records == [[2]]


def test_a_late_binding_view_is_replaced_and_follows_a_changed_column(session: Session):
    run(
        session,
        "create table s.t (a varchar(1))",
        "create or replace view s.v as select a from s.t with no schema binding",
        "create or replace view s.v as select a, 1 as n from s.t with no schema binding",
        "alter table s.t alter column a type varchar(5)",
        "insert into s.t values ('later')",
    )
    assert rows(session, "select * from s.v") == [["later", 1]]
    with pytest.raises(Failed, match="already exists"):
        session.run("create view s.v as select a from s.t with no schema binding")


def test_a_renamed_late_binding_view_reads_on(session: Session):
    run(
        session,
        "create table s.t (a int)",
        "create view s.v as select a from s.t with no schema binding",
        "alter table s.v rename to w",
        "create table s.gone (a int)",
        "drop table s.gone",
        "insert into s.t values (1)",
    )
    assert rows(session, "select a from s.w") == [[1]]


def test_who_may_read_a_late_binding_view_need_not_read_its_table(session: Session):
    run(
        session,
        "create user reader password 'Secret12'",
        "create table s.t (a int)",
        "create view s.v as select a from s.t with no schema binding",
        "grant usage on schema s to reader",
        "grant select on s.v to reader",
        "alter table s.t add column b int",
        "create or replace view s.v as select b, a from s.t with no schema binding",
        "set session authorization reader",
    )
    assert rows(session, "select * from s.v") == []
    with pytest.raises(Failed, match="permission denied"):
        session.run("select * from s.t")
    run(session, "reset session authorization", "drop schema s cascade", "drop user reader")


def test_a_materialized_view_is_refreshed(session: Session):
    run(
        session,
        "create table s.t (a int)",
        "create materialized view s.m backup no diststyle all auto refresh yes"
        " as select count(*) as n from s.t",
        "insert into s.t values (1)",
        "refresh materialized view s.m",
    )
    assert rows(session, "select n from s.m") == [[1]]


def test_who_is_no_superuser_has_all_of_it(session: Session):
    run(
        session,
        "create user master password 'Secret12'",
        "create schema own authorization master",
        "set session authorization master",
        "create table own.t (a varchar(2) primary key, b text) diststyle all sortkey (a)",
        "create table own.copy as select b || 'x' as b, 'é'::varchar(2) as c from own.t",
        "alter table own.t add column c varchar(9)",
        "alter table own.t alter column c type varchar(10)",
        "create view own.v as select a from own.t with no schema binding",
        "insert into own.t (a) values ('é')",
    )
    assert rows(session, "select a from own.v") == [["é"]]
    with pytest.raises(Failed, match="Value too long for character type"):
        session.run("insert into own.copy (c) values ('éé')")
    with pytest.raises(Failed, match="permission denied for schema s"):
        session.run("create view s.v as select a from own.t with no schema binding")
    run(session, "drop table own.t", "reset session authorization", "drop schema own cascade")
    session.run("drop user master")
