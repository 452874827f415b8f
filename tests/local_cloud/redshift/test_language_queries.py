"""Expressions, queries and procedures of Redshift, on PostgreSQL.

The values of functions are those of the examples in Redshift's documentation, where it has some.
"""

from __future__ import annotations

from typing import Any

import pytest

from local_cloud.redshift.errors import Failed
from local_cloud.redshift.language import Refused, check_in_transaction, prepare, split, translate
from local_cloud.redshift.session import Session


def rows(session: Session, sql: str) -> list[list[Any]]:
    return session.run(sql).records


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("fnv_hash(1)", -5968735742475085980),
        ("fnv_hash('Amazon Redshift')", 7783490368944507294),
        ("fnv_hash('Amazon Redshift', fnv_hash(1))", -2202602717770968555),
        ("fnv_hash(1::smallint)", 589727492704079044),
        ("fnv_hash(1::bigint)", -8517097267634966620),
        ("strtol('0xf', 16)", 15),
        ("strtol('abcd1234', 16)", 2882343476),
        ("strtol('-110101', 2)", -53),
        ("dateadd(month, 18, '2008-02-28')", "2009-08-28 00:00:00"),
        ("dateadd(m, 30, '2008-02-28')", "2008-02-28 00:30:00"),
        ("dateadd(month, 1, '2008-04-30')", "2008-05-30 00:00:00"),
        ("dateadd(month, 12, '2016-02-29')", "2017-02-28 00:00:00"),
        ("dateadd(year, 1, '2016-02-29')", "2017-03-01 00:00:00"),
        ("dateadd(hour, 12, time '13:24:55')", "01:24:55"),
        ("add_months('2008-04-30', 1)", "2008-05-31 00:00:00"),
        ("datediff(week, '2009-01-01', '2009-12-31')", 52),
        ("datediff(qtr, '1998-07-01', '2008-07-01')", 40),
        ("datediff(hour, '2023-01-01', '2023-01-03 05:04:03')", 53),
        ("datediff(day, date '2020-01-03', date '2020-01-01')", -2),
        ("convert_timezone('EST', 'PST', '20080305 12:25:29')", "2008-03-05 09:25:29"),
        ("convert_timezone('America/New_York', '2013-06-01 08:00:00')", "2013-06-01 04:00:00"),
        ("months_between('1969-01-18', '1969-03-18')", -2.0),
        ("months_between('2020-02-29', '2020-01-31')", 1.0),
        ("last_day('2020-02-03')", "2020-02-29"),
        ("date_part(month, '2020-02-03')", 2.0),
        ("trunc(timestamp '2020-02-03 10:00:00')", "2020-02-03"),
        ("nvl(null, 'a')", "a"),
        ("nvl2(null, 'a', 'b')", "b"),
        ("decode(null, 1, 'one', null, 'none', 'other')", "none"),
        ("decode(3, 1, 'one', 'other')", "other"),
        ("len('é')", 1),
        ("octet_length('é')", 2),
        ("'Incomplete'::char(3)", "Inc"),
        ("'ééé'::varchar(3)", "é"),
        ("cast('ééé' || 'x' as varchar(5))", "éé"),
        ("lower('ééé'::varchar(4)) || 'x'::varchar(9)", "ééx"),
        ("convert(varchar(4), 12345)", "1234"),
        ("(case when 1 = 1 then 'abc' else 'x' end)::varchar(2)::varchar(1)", "a"),
        ("'1.5'::numeric", "2"),
        ("2.5::decimal(4, 2)", "2.50"),
        ("regexp_replace('a.b.c', '\\\\.', '-')", "a-b-c"),
        ("regexp_replace('aXbX', 'X')", "ab"),
        ("'tab\\there'", "tab\there"),
        ("'it\\'s'", "it's"),
        ("'a' ~ '\\\\w'", True),
        (
            'json_extract_path_text(\'{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}\',\'f4\',\'f6\')',
            "star",
        ),
        ("json_extract_path_text('{\"a\":1}', 'b')", ""),
        ("json_extract_path_text('{', 'b', true)", None),
        ("is_valid_json('{\"a\":2}')", True),
        ("is_valid_json('[1]')", False),
        ("json_serialize(json_parse('{\"a\":2}'))", '{"a": 2}'),
        ("sha2('Amazon Redshift', 0) = sha2('Amazon Redshift', 256)", True),
        ("getdate() <= sysdate + interval '1 hour'", True),
    ],
)
def test_functions_answer_what_the_pages_say(session: Session, expression: str, value: Any):
    assert rows(session, f"select {expression}") == [[value]]


@pytest.fixture
def flights(session: Session) -> Session:
    session.run("create schema s")
    session.run('create table s.t (id int, name varchar(9), "Other" int)')
    session.run("insert into s.t values (1, 'b', 3), (2, 'a', 2), (3, 'a', 1)")
    return session


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("select top 2 id from s.t order by id desc", [[3], [2]]),
        ("select id from (select top 1 id from s.t order by id) as one", [[1]]),
        ('select other, "OTHER" from s.t where ID = 1', [[3, 3]]),
        ("select id from s.t minus select 1 order by 1", [[2], [3]]),
        ("select listagg(name, '-') within group (order by id) from s.t", [["b-a-a"]]),
        ("select listagg(distinct name, '-') within group (order by name) from s.t", [["a-b"]]),
        ("select median(id) from s.t", [[2.0]]),
        ("select approximate count(distinct name) from s.t", [[2]]),
        (
            "select sum(id) over (order by id rows unbounded preceding) from s.t order by id",
            [[1], [3], [6]],
        ),
        (
            "select row_number() over (partition by name order by id)::varchar(5) from s.t"
            " order by id",
            [["1"], ["1"], ["2"]],
        ),
        ("select name ilike 'B' from s.t where id = 1", [[True]]),
        ("select name, count(*) from s.t group by grouping sets ((name), ()) order by 2", None),
    ],
)
def test_queries_answer(flights: Session, query: str, found: Any):
    answered = rows(flights, query)
    assert answered == found if found is not None else len(answered) == 3


def test_rows_change(flights: Session):
    flights.run("create temp table #new (id int, name varchar(9))")
    flights.run("insert into #new values (1, 'new'), (4, 'four')")
    flights.run(
        "merge into s.t using #new on t.id = #new.id"
        " when matched then update set name = #new.name"
        " when not matched then insert (id, name) values (#new.id, #new.name)"
    )
    flights.run("update s.t set name = #new.name || '!' from #new where s.t.id = #new.id")
    flights.run("delete s.t where id = 2")
    assert rows(flights, "select id, name from s.t order by id") == [
        [1, "new!"],
        [3, "a"],
        [4, "four!"],
    ]


def test_a_select_makes_a_temporary_table(flights: Session):
    flights.run("select id, name into #copied from s.t")
    assert rows(flights, "select count(*) from #copied") == [[3]]


PROCEDURE = """
create or replace procedure s.p(_count inout bigint, _name varchar(3), _more out numeric)
as $$
-- What it does; and a 'quote'.
declare
    _text varchar(9) := 'ééééé'::varchar(9);
    _sum numeric;
begin
    if _name = '' then
        raise exception 'no name: %', _name;
    end if;
    create temp table judged (name varchar(9) encode raw) diststyle all;
    insert into judged values (_text), (nvl(_name, 'x'));
    execute 'create table s.made (a varchar(max) encode lzo) sortkey (a)';
    for _i in 1..2 loop
        update s.t set other = other + _i;
        get diagnostics _count := row_count;
    end loop;
    _sum := 1.6;
    select into _more _sum + count(*) from judged where octet_length(name) > 4;
    drop table judged;
end;
$$ language plpgsql;
"""


def test_a_procedure_runs(flights: Session):
    flights.run(PROCEDURE)
    assert rows(flights, "call s.p(7, 'abc')") == [[3, "3"]]
    assert rows(
        flights,
        "select character_maximum_length from information_schema.columns where table_name = 'made'",
    ) == [[65535]]
    with pytest.raises(Failed, match="no name"):
        flights.run("call s.p(7, '')")


def test_what_is_not_understood_stays_byte_for_byte():
    for sql in (
        "select  a,\n\tb -- a 'comment' with a ;\nfrom t /* minus top 3 sysdate */",
        "insert into t (text, super) values ('sysdate', 'nvl(1)::varchar(2)')",
        "select $1, :name, t.top, top from t",
        "select top from t",
    ):
        assert translate(sql) == sql


def test_a_text_is_split_outside_of_quotes():
    text = "select ';';\n-- a ; b\n" + PROCEDURE + 'select ";" /* ; /* ; */ */ ; ;'
    assert [each.split("(")[0] for each in split(text)] == [
        "select ';'",
        "create or replace procedure s.p",
        'select ";"',
    ]


def test_a_backslash_keeps_a_quote_in_its_string():
    assert split("select 'it\\'s; one'; select 2") == ["select 'it\\'s; one'", "select 2"]


def test_a_database_is_prepared_twice(server: Any, database: str):
    connection = server.connect(database)
    prepare(connection)
    connection.close()


def test_a_column_does_not_grow_in_a_transaction():
    check_in_transaction("alter table s.t add column a int")
    with pytest.raises(Refused, match="inside a transaction block"):
        check_in_transaction("alter table s.t alter column a type varchar(9)")


def test_settings_of_redshift_are_kept(session: Session):
    session.run("set query_group to 'loads'")
    assert rows(session, "show query_group") == [["loads"]]
    session.run("set statement_timeout to 60000")
    session.run("set enable_result_cache_for_session to off")
    session.run("reset query_group")


def test_roles_and_maintenance(flights: Session):
    for sql in (
        "create user somebody password 'Secret12'",
        "create group readers with user somebody",
        "grant select on s.t to group readers",
        "create role looking",
        "grant select on s.t to role looking",
        "grant role looking to somebody",
        "revoke select on s.t from role looking",
        "alter user somebody password disable",
        "analyze s.t",
        "vacuum sort only s.t to 99 percent",
        "analyze compression s.t",
        "comment on column s.t.id is 'number'",
    ):
        flights.run(sql)
    for sql in ("drop role looking", "revoke select on s.t from group readers"):
        flights.run(sql)
    flights.run("drop group readers")
    flights.run("drop user somebody")
