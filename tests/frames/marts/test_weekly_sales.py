"""The weekly fact of examples/sales: every metric on days that a person adds up in the head.

The tenth week of 2024 runs from Sunday, March 3 to Saturday, March 9. Each product shows one thing.
"""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from examples.sales import generate
from stagecoach.dataset import Dataset
from stagecoach.declaration import load_all
from stagecoach.frames.marts import checks, results
from stagecoach.frames.marts.changes import partition_of
from stagecoach.frames.rows.kinds import GOOD
from tests.frames.marts.mill import Mill, changed

PROJECT = Path(generate.__file__).parent
SUN, MON, TUE, WED, THU, FRI, SAT = (date(2024, 3, day) for day in range(3, 10))
NEXT_SUN = date(2024, 3, 10)

# day, store, product, quantity, amount, cost
SALES = [
    (MON, 1, 1, 2, 20, 12),
    (TUE, 1, 1, 3, 30, 18),
    (SAT, 1, 1, -1, -10, -6),
    (MON, 1, 3, 4, 40, 20),
    (TUE, 1, 3, 4, 44, 20),
    (WED, 1, 3, 5, 50, 20),
    (FRI, 1, 6, 1, 3, 2),
    (None, 1, 7, 1, 100, 50),
    (MON, None, 7, 1, 100, 50),
    (MON, 1, 8, -2, -20, -8),
    (SAT, 1, 9, 1, 5, 2),
    (NEXT_SUN, 1, 9, 2, 12, 4),
    (MON, 1, 10, 2, 8, 4),
    (MON, 1, 10, 6, 24, 12),
    (date(2023, 12, 31), 1, 11, 1, 7, 3),
    (date(2024, 12, 31), 1, 11, 1, 9, 3),
]
# day, store, product, on hand, on order, flag
INVENTORY = [
    *((SUN + timedelta(days=at), 1, 1, 10, 0, False) for at in range(7)),
    (MON, 1, 2, 5, 0, False),
    (TUE, 1, 2, 0, 4, True),
    (WED, 1, 2, 0, 4, False),
    (THU, 1, 2, 5, 0, False),
    (MON, 1, 3, 3, 0, False),
    (TUE, 1, 3, 4, 0, False),
    (WED, 1, 3, 0, 0, True),
    (MON, 1, 4, 9, 1, False),
    (THU, 1, 4, 6, 2, False),
    (FRI, 1, 5, 7, 3, False),
    (SAT, 1, 5, None, None, False),
    (TUE, 1, 8, 4, 0, False),
    (MON, 1, 10, 2, 0, False),
]


@pytest.fixture(scope="module")
def declared() -> dict[str, Dataset]:
    return load_all(PROJECT / "datasets")


@pytest.fixture(scope="module")
def tables(spark: SparkSession) -> dict[str, DataFrame]:
    sales = "trans_dt date, store_key int, prod_key int, sales_qty decimal(12,2), "
    stock = "cal_dt date, store_key int, prod_key int, inventory_on_hand_qty decimal(12,2), "
    days = generate.calendar(2023, 2025).select(["cal_dt", "yr_wk_num"]).to_pylist()
    return {
        "sales": spark.createDataFrame(
            [(*row[:3], *map(Decimal, row[3:])) for row in SALES],
            sales + "sales_amt decimal(12,2), sales_cost decimal(12,2)",
        ),
        "inventory": spark.createDataFrame(
            [
                (*row[:3], *(None if each is None else Decimal(each) for each in row[3:5]), row[5])
                for row in INVENTORY
            ],
            stock + "inventory_on_order_qty decimal(12,2), out_of_stock_flg boolean",
        ),
        "calendar": spark.createDataFrame(
            [(day["cal_dt"], day["yr_wk_num"]) for day in days], "cal_dt date, yr_wk_num int"
        ),
    }


@pytest.fixture(scope="module")
def fact(
    spark: SparkSession, declared: dict[str, Dataset], tables: dict[str, DataFrame]
) -> dict[tuple[int, int], dict]:
    """The fact's rows as they are written, by week and product."""
    mart = declared["weekly_sales"]
    with checks.named(tables):
        rows = results.judge(spark.sql(mart.source.mart.sql), mart).collect()
    assert {row["_kind"] for row in rows} == {GOOD}, rows
    found = {(row["yr_wk_num"], row["prod_key"]): row.asDict() for row in rows}
    assert len(found) == len(rows)
    return found


def of(fact: dict, product: int, *columns: str, week: int = 202410) -> tuple:
    """Values of one row, numbers as floats."""
    row = fact[week, product]
    values = (row[column] for column in columns)
    return tuple(float(each) if isinstance(each, Decimal) else each for each in values)


def test_sums_take_returns_off(fact: dict):
    assert of(fact, 1, "sales_qty", "sales_amt", "sales_cost") == (4, 40, 24)


def test_the_average_price_is_the_amount_by_the_quantity(fact: dict):
    assert of(fact, 1, "avg_price") == (10,)
    assert of(fact, 8, "avg_price") == (10,), "returns have a price too"
    assert of(fact, 2, "avg_price") == (None,), "nothing was sold"


def test_a_day_is_out_of_stock_by_its_flag_or_its_count_sold_or_not(fact: dict):
    assert of(fact, 2, "out_of_stock_days", "sales_qty") == (2, 0)
    assert of(fact, 3, "out_of_stock_days") == (1,)
    assert of(fact, 1, "out_of_stock_days") == (0,)


def test_the_share_in_stock_is_of_the_days_that_were_counted(fact: dict):
    assert of(fact, 1, "in_stock_share") == (1,)
    assert of(fact, 2, "in_stock_share") == (0.5,)
    assert of(fact, 3, "in_stock_share") == (0.6667,)
    assert of(fact, 6, "in_stock_share") == (None,)


def test_low_stock_is_less_on_hand_than_was_sold_and_not_nothing(fact: dict):
    """Product 3: 3 left and 4 sold is low, 4 left and 4 sold is not, 0 left is no stock."""
    assert of(fact, 3, "low_stock_days") == (1,)
    assert of(fact, 10, "low_stock_days") == (1,), "8 were sold in two sales and 2 are left"
    assert of(fact, 1, "low_stock_days") == (0,)


def test_the_end_of_the_week_is_its_last_count_saturday_or_not(fact: dict):
    assert of(fact, 4, "on_hand_qty", "on_order_qty") == (6, 2)
    assert of(fact, 5, "on_hand_qty", "on_order_qty") == (7, 3), "nobody counted on Saturday"
    assert of(fact, 6, "on_hand_qty", "on_order_qty") == (None, None)


def test_low_stock_impact_is_the_days_that_were_low_or_out(fact: dict):
    assert of(fact, 3, "low_stock_impact") == (2,)
    assert of(fact, 2, "low_stock_impact") == (2,)
    assert of(fact, 1, "low_stock_impact") == (0,)


def test_potential_impact_is_what_the_stock_left_could_not_have_sold_again(fact: dict):
    """Product 3 on Monday: sold 4 for 40, 3 are left and worth 30. Product 10: 32 less 2 at 4."""
    assert of(fact, 3, "potential_low_stock_impact") == (10,)
    assert of(fact, 10, "potential_low_stock_impact") == (24,)
    assert of(fact, 1, "potential_low_stock_impact") == (0,)


def test_no_stock_impact_is_what_sold_on_the_days_that_ended_empty(fact: dict):
    assert of(fact, 3, "no_stock_impact") == (50,)
    assert of(fact, 2, "no_stock_impact") == (0,)


def test_weeks_of_supply_is_the_last_count_by_what_was_sold(fact: dict):
    assert of(fact, 1, "weeks_of_supply") == (2.5,)
    assert of(fact, 10, "weeks_of_supply") == (0.25,)
    assert of(fact, 2, "weeks_of_supply") == (None,), "nothing was sold"
    assert of(fact, 8, "weeks_of_supply") == (None,), "more came back than went"
    assert of(fact, 6, "weeks_of_supply") == (None,), "nobody counted"


def test_a_week_runs_from_sunday_to_saturday(fact: dict):
    assert of(fact, 9, "sales_qty", "week_start", "week_end") == (1, SUN, SAT)
    assert of(fact, 9, "sales_qty", "week_start", week=202411) == (2, NEXT_SUN)


def test_a_week_over_new_year_is_one(fact: dict):
    days = of(fact, 11, "week_start", "week_end", week=202401)
    assert days == (date(2023, 12, 31), date(2024, 1, 6))
    assert of(fact, 11, "week_start", week=202501) == (date(2024, 12, 29),)


def test_sales_without_a_date_or_a_store_are_in_no_week(fact: dict):
    assert not [key for key in fact if key[1] == 7]


@pytest.mark.parametrize("table", ["sales", "inventory"])
def test_the_weeks_of_the_partitions_are_those_of_the_calendar(
    spark: SparkSession, declared: dict[str, Dataset], table: str
):
    mart = declared["weekly_sales"].source.mart
    [said] = [each.partition for each in mart.inputs if each.name == table]
    column = next(each for each in declared["weekly_sales"].columns if each.name == "yr_wk_num")
    days = generate.calendar(2000, 2040).select(["cal_dt", "yr_wk_num"]).to_pylist()
    rows = spark.createDataFrame(
        [(day["cal_dt"], day["cal_dt"], day["yr_wk_num"]) for day in days],
        "cal_dt date, trans_dt date, yr_wk_num int",
    )
    strays = rows.where(partition_of(said, column) != rows["yr_wk_num"].cast("string"))
    assert rows.count() == 14_976
    assert strays.collect() == []


def five(shop: generate.Shop, last: date, days: int) -> dict[str, list[str]]:
    """The five files of a business date as lines."""
    return {name: as_lines(table) for name, table in generate.tables(shop, last, days)}


def as_lines(table: pa.Table) -> list[str]:
    rows = table.to_pylist()
    return [",".join(table.column_names), *(",".join(map(text, row.values())) for row in rows)]


def text(value: object) -> str:
    if value is None:
        return ""
    told = str(value).lower() if isinstance(value, bool) else str(value)
    return '"' + told.replace('"', '""') + '"' if set(told) & set(',"') else told


def test_a_night_computes_the_weeks_that_changed_and_ends_as_computed_whole(bare: Mill):
    """The shop's own files, two business dates; the second one adds a day to the last week."""
    mill = bare
    files = (PROJECT / "datasets").iterdir()
    mill.declare(**{path.name.replace(".", "_"): path.read_text() for path in files})
    shop = generate.Shop(stores=2, products=5, rows=20)
    for days, last in ((20, date(2024, 3, 5)), (21, date(2024, 3, 6))):
        for name, lines in five(shop, last, days).items():
            mill.send(name, *lines)
        report = mill.build("weekly_sales")
        assert report["state"] == "applied", report["reason"]
    fresh = [entry["value"] for entry in mill.manifest(report)["partitions"]
             if entry["load_id"] == report["load_id"]]  # fmt: skip
    assert fresh == ["202410"]
    kept = mill.rows("retail.weekly_sales")
    mill.world.run("update etl.mart_build set recipe = 'another'")
    again = mill.build("weekly_sales", is_asked=True)
    assert changed(again) == (0, 0, 0, len(kept))
