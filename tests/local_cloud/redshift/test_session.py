"""A session is Redshift's: its transactions, its parameters, its errors."""

from __future__ import annotations

import threading

import pytest

from local_cloud.redshift.errors import Failed


@pytest.fixture
def table(session):
    session.run("create table t (n integer not null, s varchar(5), p numeric(4,2))")
    session.run("insert into t values (1, 'a', 1.5)")
    return session


def rows(session, sql="select n from t order by n"):
    return session.run(sql).records


def test_what_has_no_json_type_comes_back_as_text(session):
    when = "date '2026-01-02', timestamp '2026-01-02 03:04:05'"
    [row] = rows(session, f"select 7::int, 1.50::numeric(4,2), {when}, true")
    assert row == [7, "1.50", "2026-01-02", "2026-01-02 03:04:05", True]


def test_columns_have_the_names_and_types_of_the_data_api(table):
    found = table.run("select n, s, p from t").columns
    assert [(each.name, each.type) for each in found] == [
        ("n", "int4"),
        ("s", "varchar"),
        ("p", "numeric"),
    ]
    assert found[1].metadata()["length"] == 5
    assert (found[2].metadata()["precision"], found[2].metadata()["scale"]) == (4, 2)


def test_parameters_are_text_that_the_server_types(table):
    # https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_SqlParameter.html
    done = table.run("insert into t (n, s) values (:n, :s)", {"n": "2", "s": "it's"})
    assert done.rows == 1
    assert rows(table, "select s from t where n = 2") == [["it's"]]


# https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
def test_the_snapshot_is_taken_by_the_first_statement_that_reads(table, open_session):
    other = open_session()
    other.run("begin")
    assert rows(other) == [[1]]
    table.run("insert into t values (2, 'b', 0)")
    assert rows(other) == [[1]]
    other.run("commit")
    assert rows(other) == [[1], [2]]


def test_lock_takes_no_snapshot(table, open_session):
    table.run("create table l (n integer)")
    table.run("begin")
    table.run("lock l")
    table.run("insert into t values (2, 'b', 0)")
    other = open_session()
    seen = []

    def wait_for_the_lock():
        other.run("begin")
        other.run("lock l")
        seen.extend(rows(other))

    waiting = threading.Thread(target=wait_for_the_lock)
    waiting.start()
    table.run("commit")
    waiting.join(60)
    assert seen == [[1], [2]]


def test_a_row_changed_since_the_snapshot_is_error_1023(table, open_session):
    other = open_session()
    other.run("begin")
    rows(other)
    table.run("update t set s = 'x'")
    with pytest.raises(Failed) as wrong:
        other.run("update t set s = 'y'")
    told = str(wrong.value)
    assert told.startswith("ERROR: 1023\n  Detail: Serializable isolation violation on table - ")
    assert f"(pid:{other.pid})" in told


def test_a_deadlock_is_told_as_postgresql_tells_it(table, open_session):
    table.run("create table u (n integer)")
    other = open_session()
    for each, first in ((table, "t"), (other, "u")):
        each.run("begin")
        each.run(f"lock {first}")
    told = []

    def wait(session, name):
        try:
            session.run(f"lock {name}")
        except Failed as wrong:
            told.append(str(wrong))
            session.run("rollback")

    threads = [threading.Thread(target=wait, args=pair) for pair in ((table, "u"), (other, "t"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(told) == 1
    assert told[0].startswith("ERROR: deadlock detected\n  Detail: ")


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        # https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
        ("insert into t values (2, 'abcdef', 0)", "Value too long for character type"),
        ("insert into t (s) values ('a')", "Cannot insert a NULL value into column n"),
        ("select 1 / 0", "Divide by zero"),
        ("insert into t values (2, 'a', 1000)", "Numeric data overflow"),
        ("select * from nowhere", 'relation "nowhere" does not exist'),
    ],
)
def test_an_error_is_told_in_redshift_s_words(table, sql, told):
    with pytest.raises(Failed) as wrong:
        table.run(sql)
    assert str(wrong.value).startswith(f"ERROR: {told}")


def test_after_an_error_the_transaction_takes_nothing_until_it_is_rolled_back(table):
    table.run("begin")
    with pytest.raises(Failed):
        table.run("select 1 / 0")
    with pytest.raises(Failed, match="current transaction is aborted"):
        rows(table)
    table.run("rollback")
    assert rows(table) == [[1]]
