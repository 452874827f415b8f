"""A mart is what its SQL says of its inputs: computed, judged, and only where something changed."""

from pathlib import Path

import pytest

from tests.frames.marts.conftest import DAILY, HEADER, SALES, SQL
from tests.frames.marts.mill import Mill, changed

TWO_DAYS = (HEADER, "1,2026-01-01,1,10.00", "2,2026-01-01,1,2.50", "3,2026-01-02,2,7.00")
UNCUT = DAILY.replace("  partition_by: day\n  partitions: {sales: day}\n", "")


def rows(mill: Mill) -> list[tuple]:
    return [
        (str(day), store, None if amount is None else float(amount), sales)
        for day, store, amount, sales in mill.rows("retail.daily")
    ]


def files(mill: Mill, report: dict) -> dict[str, list[str]]:
    """The files of each partition, from the folder of the load that made them."""
    return {
        entry["value"]: sorted(file.split("_load_id=")[1] for file in entry["files"])
        for entry in mill.manifest(report)["partitions"]
    }


@pytest.mark.parametrize("text", [DAILY, UNCUT], ids=["by day", "whole"])
def test_a_mart_holds_what_the_sql_says(mill: Mill, text: str):
    mill.declare(daily_yaml=text)
    mill.send("sales", *TWO_DAYS)
    assert changed(mill.build("daily")) == (2, 0, 0, 0)
    assert rows(mill) == [("2026-01-01", 1, 12.5, 2), ("2026-01-02", 2, 7.0, 1)]
    mill.send("sales", HEADER, "1,2026-01-01,1,10.00", "3,2026-01-02,2,7.00", "4,2026-01-03,1,1")
    assert changed(mill.build("daily")) == (1, 1, 0, 1)
    assert rows(mill) == [
        ("2026-01-01", 1, 10.0, 1), ("2026-01-02", 2, 7.0, 1), ("2026-01-03", 1, 1.0, 1)
    ]  # fmt: skip


def test_only_partitions_whose_input_changed_are_computed(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    first = files(mill, mill.build("daily"))
    mill.send("sales", *TWO_DAYS[:-1], "3,2026-01-02,2,8.00")
    report = mill.build("daily")
    second = files(mill, report)
    assert second["2026-01-01"] == first["2026-01-01"]
    assert second["2026-01-02"][0].startswith(f"{report['load_id']}/day-2026-01-02/part-")
    assert changed(report) == (0, 1, 0, 1)
    assert mill.manifest(report)["counts"]["read"] == 2


def test_the_same_rows_in_a_new_file_compute_nothing(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    first = files(mill, mill.build("daily"))
    mill.send("sales", HEADER, *reversed(TWO_DAYS[1:]))
    report = mill.build("daily")
    assert files(mill, report) == first
    assert changed(report) == (0, 0, 0, 2)


def test_a_row_that_moves_changes_both_partitions(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.send("sales", *TWO_DAYS[:-1], "3,2026-01-01,2,7.00")
    assert changed(mill.build("daily")) == (1, 0, 1, 1)
    assert rows(mill) == [("2026-01-01", 1, 12.5, 2), ("2026-01-01", 2, 7.0, 1)]


def test_a_partition_that_became_empty_goes(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.send("sales", *TWO_DAYS[:-1])
    report = mill.build("daily")
    assert changed(report) == (0, 0, 1, 1)
    assert list(files(mill, report)) == ["2026-01-01"]


def test_an_input_without_rows_makes_a_mart_without_rows(mill: Mill):
    mill.send("sales", HEADER)
    assert changed(mill.build("daily")) == (0, 0, 0, 0)
    mill.send("sales", *TWO_DAYS)
    assert changed(mill.build("daily")) == (2, 0, 0, 0)
    mill.send("sales", HEADER)
    assert changed(mill.build("daily")) == (0, 0, 2, 0)


def test_numbers_of_rows_are_unique_over_kept_and_new_partitions(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    for amount in (1, 2, 3):
        mill.send("sales", *TWO_DAYS, f"4,2026-01-03,1,{amount}", f"5,2026-01-01,3,{amount}")
        report = mill.build("daily")
        found = mill.spark.read.parquet(*mill.manifest(report)["files"]).select("_row_no")
        numbers = [row[0] for row in found.collect()]
        assert len(set(numbers)) == len(numbers) == 4


def test_rows_without_a_partition_belong_to_none(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.send("sales", *TWO_DAYS, "9,,1,99")
    assert changed(mill.build("daily")) == (0, 0, 0, 2)


def test_two_rows_of_one_key_refuse_the_build_and_are_shown(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql="select day, store, amount, 1 as sales from sales")
    report = mill.build("daily")
    assert report["state"] == "rejected"
    assert report["reason"].startswith(
        "1 rows of daily have the key of another row, as (day = 2026-01-01, store = 1) - the grain "
        "is one row for each day, store"
    )
    assert rows(mill) == []
    assert not list(Path(mill.folder, "clean", "daily").rglob("*.parquet"))


def test_the_grain_is_seen_over_many_tasks_and_batches(mill: Mill):
    days = [f"{at},2026-01-{at % 28 + 1:02},{at // 28},1" for at in range(2_000)]
    mill.send("sales", HEADER, *days)
    mill.declare(
        daily_sql="select day, store, amount, 1 as sales from sales union all "
        "select day, store, amount, 1 from sales where id in (7, 1234)",
        daily_yaml=UNCUT,
    )
    assert "2 rows of daily have the key of another row" in mill.build("daily")["reason"]


@pytest.mark.parametrize(
    ("sql", "rule", "found"),
    [
        ("sum(amount) * 100000", "amount is a number that fits numeric(6,2)", "1250000.00"),
        ("cast('Infinity' as double)", "amount is a number that fits numeric(6,2)", "Infinity"),
        ("'twelve'", "amount is a number that fits numeric(6,2)", "twelve"),
    ],
)
def test_what_does_not_fit_its_type_rejects_the_row(mill: Mill, sql: str, rule: str, found: str):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql=SQL.replace("sum(amount)", sql))
    report = mill.build("daily")
    assert report["reason"].startswith("2 of 2 rows are rejected, more than the 0 that max_rejects")
    assert "correct the SQL" in report["reason"]
    rejects = mill.manifest(report)["rejects"]
    [first] = [each for each in rejects if '"store":1' in each["raw"]]
    assert (first["column"], first["rule"], first["found"]) == ("amount", rule, found)


def test_rejected_rows_within_the_limit_are_left_out_and_kept(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(
        daily_yaml=DAILY.replace("max_deletes: 100%", "max_rejects: 50%")
        + 'rules: {few: {check: "sales < 2"}, "not seven": {check: "amount <> 7", action: warn}}\n'
    )
    report = mill.build("daily")
    assert changed(report) == (1, 0, 0, 0)
    counts = report["counts"]
    assert (counts["read"], counts["rejected"], counts["warned"]) == (2, 1, 1)
    kept = mill.spark.read.parquet(str(mill.folder / "rejected/daily")).collect()
    assert [(row["column"], row["rule"], row["found"]) for row in kept] == [("sales", "few", "2")]


def test_nan_is_null_where_null_is_allowed_and_a_reject_where_not(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql=SQL.replace("sum(amount)", "cast('NaN' as double)"))
    mill.build("daily")
    assert [row[2] for row in rows(mill)] == [None, None]
    mill.declare(daily_sql=SQL.replace("count(*)", "cast('NaN' as double)"))
    report = mill.build("daily")
    assert report["state"] == "rejected"
    assert mill.manifest(report)["rejects"][0]["rule"] == "sales is given"


def test_a_numeric_is_rounded_to_its_scale(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql=SQL.replace("sum(amount)", "avg(amount) / 3"))
    mill.build("daily")
    assert [row[2] for row in rows(mill)] == [2.08, 2.33]


def test_sql_that_spark_does_not_take_is_refused_at_once(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql=SQL.replace("sum(amount)", "no_such_function(amount)"))
    report = mill.build("daily")
    assert report["state"] == "rejected"
    assert report["reason"].startswith("the SQL of daily does not run: [UNRESOLVED_ROUTINE]")


def test_a_check_that_is_not_true_refuses_the_build(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    check = "(select sum(sales) from mart) = (select count(*) from sales)"
    mill.declare(daily_yaml=f'{DAILY}checks: {{every sale counts: "{check}"}}\n')
    assert changed(mill.build("daily")) == (2, 0, 0, 0)
    mill.send("sales", *TWO_DAYS, "4,,1,1.00")
    report = mill.build("daily")
    assert report["state"] == "rejected"
    assert report["reason"].startswith("the check 'every sale counts' of daily is not true - ")
    assert len(rows(mill)) == 2


def test_a_check_sees_the_partitions_that_are_kept(mill: Mill):
    check = "(select count(distinct day) from mart) = (select count(distinct day) from sales)"
    mill.declare(daily_yaml=f'{DAILY}checks: {{all days: "{check}"}}\n')
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.send("sales", *TWO_DAYS, "4,2026-01-03,1,1.00")
    assert changed(mill.build("daily")) == (1, 0, 0, 2)


def test_rows_beside_the_computed_partitions_refuse_the_build(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.declare(daily_sql=SQL.replace("select day,", "select date_sub(day, 1) as day,"))
    mill.build("daily")
    mill.send("sales", *TWO_DAYS[:-1], "3,2026-01-02,2,8.00")
    reason = mill.build("daily")["reason"]
    assert "came out for the partition 2026-01-01, of which no input row changed" in reason
    assert "correct source.partitions" in reason


def test_a_new_recipe_computes_everything(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.declare(daily_sql=SQL.replace("count(*)", "count(*) + 1"))
    report = mill.build("daily")
    assert changed(report) == (0, 2, 0, 0)
    assert all(name[0].startswith(report["load_id"]) for name in files(mill, report).values())


def test_an_input_that_comes_while_the_mart_is_built_makes_it_due_again(mill: Mill):
    mill.send("sales", *TWO_DAYS)
    asked = mill.ask("daily")
    mill.send("sales", *TWO_DAYS, "4,2026-01-03,1,1.00")
    assert changed(mill.finish("daily", asked)) == (2, 0, 0, 0)
    assert changed(mill.build("daily")) == (1, 0, 0, 2)


def test_a_build_that_was_refused_keeps_no_partition_from_being_computed(mill: Mill):
    """The one after a refused build compares with the one that was applied."""
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.send("sales", *TWO_DAYS, "4,2026-01-03,1,999999")
    assert mill.build("daily")["state"] == "rejected"
    mill.send("sales", *TWO_DAYS, "4,2026-01-03,1,9", "5,2026-01-02,1,1")
    assert changed(mill.build("daily")) == (2, 0, 0, 2)


def test_a_mart_on_a_mart_reads_kept_and_new_partitions(mill: Mill):
    total = UNCUT.replace("name: daily\n", "name: total\n").replace("daily.sql", "total.sql")
    sql = SQL.replace("select day,", "select max(day) as day,").replace("count(*)", "sum(sales)")
    sql = sql.replace("from sales", "from daily").replace("by day, store", "by store")
    mill.declare(total_yaml=total, total_sql=sql)
    mill.send("sales", *TWO_DAYS)
    mill.build("daily")
    mill.build("total")
    mill.send("sales", *TWO_DAYS, "4,2026-01-03,2,1.00")
    mill.build("daily")
    mill.build("total")
    found = mill.rows("retail.total", "store, day::text, amount::float, sales")
    assert found == [(1, "2026-01-01", 12.5, 2), (2, "2026-01-03", 8.0, 2)]


def test_an_input_without_an_expression_rebuilds_all_when_its_rows_change(mill: Mill):
    stores = SALES.replace("name: sales", "name: stores").replace("name: day,", "name: opened,")
    sql = SQL.replace("count(*)", "max(stores.id)").replace("id is", "sales.id is")
    sql = sql.replace("from sales", "from sales join stores using (store)")
    sql = sql.replace("sum(amount)", "sum(sales.amount)")
    mill.declare(stores_yaml=stores, daily_sql=sql)
    header = "id,opened,store,amount"
    mill.send("sales", *TWO_DAYS)
    mill.send("stores", header, "1,2020-01-01,1,0", "2,2020-01-01,2,0")
    mill.build("daily")
    mill.send("stores", header, "2,2020-01-01,2,0", "1,2020-01-01,1,0")
    assert changed(mill.build("daily")) == (0, 0, 0, 2)
    mill.send("stores", header, "5,2020-01-01,1,0", "2,2020-01-01,2,0")
    assert changed(mill.build("daily")) == (0, 1, 0, 1)
