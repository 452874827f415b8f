"""Marts: every mistake in the declaration, in the SQL and between them, with its file and line."""

from pathlib import Path

import pytest

from stagecoach.dataset import Dataset, MartInput
from stagecoach.declaration import DeclarationErrors, load_all

SALES = """\
name: sales
description: What was sold
columns:
  - {name: id, type: bigint}
  - {name: day, type: date}
  - {name: store, type: integer}
  - {name: amount, type: "numeric(12,2)", nullable: true}
key: [id]
load: {mode: append}
targets: {postgres: {schema: retail}}
"""
SQL = """\
-- What a store sold on a day.
select day, store, sum(amount) as amount
from sales
group by day, store
"""
MART = """\
name: daily
description: What each store sold each day
source:
  sql: daily.sql
  partition_by: day
  partitions: {sales: day}
columns:
  - {name: day, type: date}
  - {name: store, type: integer}
  - {name: amount, type: "numeric(14,2)", nullable: true}
key: [day, store]
load: {mode: snapshot}
rules:
  amounts are positive: {check: "amount >= 0"}
checks:
  nothing is lost: "(select sum(amount) from mart) = (select sum(amount) from sales)"
targets: {postgres: {schema: retail}}
"""
FILES = {"sales.yaml": SALES, "daily.yaml": MART, "daily.sql": SQL}


def read(folder: Path, **changed: str) -> dict[str, Dataset]:
    for name, text in {
        **FILES,
        **{key.replace("_", "."): text for key, text in changed.items()},
    }.items():
        (folder / name).write_text(text)
    return load_all(folder)


def said(folder: Path, **changed: str) -> list[str]:
    with pytest.raises(DeclarationErrors) as raised:
        read(folder, **changed)
    return [str(each).removeprefix(f"{folder}/") for each in raised.value.problems]


def test_a_mart_has_its_sql_and_its_inputs_with_their_columns(tmp_path: Path):
    mart = read(tmp_path)["daily"].source.mart
    assert mart is not None
    assert mart.sql == SQL.strip()
    columns = (("id", "bigint"), ("day", "date"), ("store", "integer"), ("amount", "numeric(12,2)"))
    assert mart.inputs == (MartInput("sales", columns, "day"),)
    assert mart.partition_by == "day"
    assert [name for name, _ in mart.checks] == ["nothing is lost"]


def test_a_mart_survives_its_json(tmp_path: Path):
    for dataset in read(tmp_path).values():
        assert Dataset.from_json(dataset.to_json()) == dataset


def test_the_recipe_changes_with_what_rows_are_computed_by(tmp_path: Path):
    before = read(tmp_path)
    assert before["sales"].recipe is None
    renamed = read(tmp_path, daily_yaml=MART.replace("each store sold each", "stores sold a"))
    assert renamed["daily"].recipe == before["daily"].recipe
    for change in (
        {"daily_sql": SQL.replace("sum(amount)", "max(amount)")},
        {"sales_yaml": SALES.replace("numeric(12,2)", "numeric(14,2)")},
        {"daily_yaml": MART.replace("amount >= 0", "amount > 0")},
    ):
        assert read(tmp_path, **change)["daily"].recipe != before["daily"].recipe


def test_tables_of_a_with_are_no_inputs_and_a_star_is_written_out(tmp_path: Path):
    sql = "with few as (select day, store, amount from sales)\nselect * from few;\n"
    mart = read(tmp_path, daily_sql=sql)["daily"].source.mart
    assert [each.name for each in mart.inputs] == ["sales"]


# what is replaced in the declaration, by what, and what is said of it
KEYS = [
    ("sql: daily.sql", "sql: dayly.sql", "daily.yaml:4: source.sql names 'dayly.sql', which is no"),
    ("sql: daily.sql", "sql: ../daily.sql", "daily.yaml:4: source.sql names '../daily.sql', which"),
    (
        "mode: snapshot",
        "mode: append",
        "daily.yaml:12: mode append - wanted mode: snapshot, a mart",
    ),
    ("mode: snapshot", "mode: replace", "daily.yaml:12: mode replace - wanted mode: snapshot, a m"),
    ("key: [day, store]\n", "", "daily.yaml:11: mode snapshot without a key - wanted key: [colum"),
    ("sql: daily.sql", "sql: daily.sql\n  format: csv", "daily.yaml:5: a mart is computed, no fil"),
    (
        "sql: daily.sql",
        "sql: daily.sql\n  fetch: {url: 'https://a.b/c', schedule: rate(1 day)}",
        "daily.yaml:5: a mart is computed, no file brings it - wanted no 'fetch' beside sql",
    ),
    ("sql: daily.sql", "sql: daily.sql\n  prefix: d/", "daily.yaml:5: a mart is computed, no fi"),
    ("partition_by: day", "partition_by: dya", "daily.yaml:5: source.partition_by names 'dya', wh"),
    (
        "partition_by: day",
        "partition_by: amount",
        "daily.yaml:5: partition_by names 'amount', which is not in the key - wanted a key column",
    ),
    (
        "  partition_by: day\n",
        "",
        "daily.yaml:5: partitions without partition_by - wanted the column that names a partition",
    ),
    ("{sales: day}", "{sails: day}", "daily.yaml:6: partitions names 'sails', which is no input -"),
    ("{sales: day}", "{sales: dya}", "daily.yaml:6: partitions of sales: 'dya' names 'dya', which"),
    (
        "{name: store, type: integer}",
        '{name: store, type: integer, derive: "1"}',
        "daily.yaml:9: column 'store' is computed in the SQL - wanted no 'derive'",
    ),
    (
        "mode: snapshot",
        "mode: snapshot, order_by: day",
        "daily.yaml:12: a mart has one row of each key - wanted no 'order_by' beside source.sql",
    ),
    (
        "load: {mode: snapshot}",
        "load: {mode: snapshot}\ndrift: evolve",
        "daily.yaml:13: drift: evolve is for files - wanted drift: strict, the columns are in the",
    ),
    ("sum(amount) from sales", "sum(amount) from sails", "daily.yaml:14: check 'nothing is lost':"),
    ("sum(amount) from mart", "sum(amonut) from mart", "column 'amonut' is in no dataset that is"),
    ("sum(amount) from mart)", "sum(amount) from mart", "daily.yaml:14: check 'nothing is lost': "),
    (
        "  - {name: store, type: integer}\n",
        "  - {name: store, type: integer}\n  - {name: tax, type: integer}\n",
        "daily.yaml:10: column 'tax' is declared and not selected",
    ),
    (
        "{name: amount, type",
        "{name: total, type",
        "daily.sql:1: column 'amount' is selected and not declared",
    ),
]


@pytest.mark.parametrize(("found", "written", "wanted"), KEYS, ids=[each[2] for each in KEYS])
def test_a_mistake_in_a_mart_is_named(tmp_path: Path, found: str, written: str, wanted: str):
    assert found in MART
    text = MART.replace('rules:\n  amounts are positive: {check: "amount >= 0"}\n', "")
    problems = said(tmp_path, daily_yaml=text.replace(found, written))
    assert any(wanted in problem for problem in problems), problems


QUERIES = [
    ("from sales", "from sails", "daily.sql:3: table 'sails' is no dataset - did you mean 'sales'"),
    ("from sales", "from retail.sales", "daily.sql:3: table 'retail.sales' has a schema - wanted"),
    ("group by day, store", "group by (day, store", "daily.sql:4: "),
    ("sum(amount)", "sum(amonut)", "daily.sql:2: column 'amonut' is in no dataset that is read -"),
    ("as amount", "as total", "column 'total' is selected and not declared"),
    ("as amount", "as day", "daily.sql:1: column 'day' is selected twice - wanted each name once"),
    ("select day", "delete from sales; select day", "daily.sql:1: found 2 statements - wanted one"),
    ("sum(amount)", "sum(rand())", "daily.sql:2: rand() is another at every run - wanted values"),
    ("select day", "select current_date() as day", "current_date() is another at every run"),
    ("select day", "select now() as day", "() is another at every run - wanted values of the"),
    (SQL, "select 1 as day, 2 as store, 3 as amount", "daily.sql:1: found no table - wanted a sel"),
    (SQL, "drop table sales", "daily.sql:1: found a drop - wanted one select in Spark SQL"),
    (SQL, "", "daily.sql:1: found 0 statements - wanted one select in Spark SQL"),
]


@pytest.mark.parametrize(("found", "written", "wanted"), QUERIES, ids=[q[2] for q in QUERIES])
def test_a_mistake_in_the_sql_is_named(tmp_path: Path, found: str, written: str, wanted: str):
    assert found in SQL
    problems = said(tmp_path, daily_sql=SQL.replace(found, written))
    assert any(wanted in problem for problem in problems), problems


def test_a_circle_of_marts_is_told(tmp_path: Path):
    other = MART.replace("name: daily\n", "name: other\n").replace("daily.sql", "other.sql")
    other = other.replace("{sales: day}", "{daily: day}").replace("from sales", "from daily")
    problems = said(
        tmp_path,
        other_yaml=other,
        other_sql=SQL.replace("from sales", "from daily"),
        daily_sql=SQL.replace("from sales", "from other"),
    )
    ring = "daily is computed of other is computed of daily - wanted no circle, none could be first"
    assert f"daily.yaml:4: {ring}" in problems


def test_a_mart_on_a_mart_is_none(tmp_path: Path):
    other = MART.replace("name: daily\n", "name: other\n").replace("daily.sql", "other.sql")
    other = other.replace("{sales: day}", "{daily: day}").replace("from sales", "from daily")
    found = read(tmp_path, other_yaml=other, other_sql=SQL.replace("from sales", "from daily"))
    assert [each.name for each in found["other"].source.mart.inputs] == ["daily"]


def test_a_history_is_no_input(tmp_path: Path):
    problems = said(
        tmp_path, sales_yaml=SALES.replace("mode: append", "mode: history, deletes: close")
    )
    assert problems == [
        "daily.sql:3: sales keeps a history, which is no table of rows as they are - wanted an "
        "input of mode snapshot, upsert, append or replace"
    ]


@pytest.mark.parametrize("key", ["partition_by: day", "partitions: {sales: day}"])
def test_what_is_for_marts_is_not_for_files(tmp_path: Path, key: str):
    sales = SALES.replace("columns:\n", f"source: {{{key}}}\ncolumns:\n")
    name = key.split(":")[0]
    problems = said(tmp_path, sales_yaml=sales)
    assert problems == [
        f"sales.yaml:3: source.{name} is for marts - wanted it only with source.sql"
    ]


def test_a_mistake_in_an_input_is_told_once(tmp_path: Path):
    problems = said(tmp_path, sales_yaml=SALES.replace("type: date", "type: dat"))
    assert [problem.split(":")[0] for problem in problems] == ["sales.yaml"]
