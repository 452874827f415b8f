"""The queries of examples/sales on three weeks that a person adds up in the head."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from stagecoach.current import tables, writing
from stagecoach.dataset import Dataset
from stagecoach.declaration import load_all
from tests.frames.test_queries import DATABASE, glue
from workbench import queries
from workbench.queries import local
from workbench.state import ROOT

__all__ = ["glue"]
SALES = ROOT / "examples" / "sales"
# week, store, product, sold for, cost, days without stock, sold on those days
FACTS = [
    (202408, 1, 1, 100, 60, 0, 0),
    (202409, 1, 1, 50, 60, 2, 9),
    (202409, 2, 1, 30, 10, 0, 0),
    (202410, 1, 1, 0, 0, 3, 0),
    (202410, 2, 1, 40, 10, 1, 12),
    (202410, 2, 9, 5, 4, 3, 5),
]
GLUE = {"integer": "int", "numeric": "decimal", "boolean": "boolean", "date": "date"}


@pytest.fixture(scope="module")
def declared() -> dict[str, Dataset]:
    return load_all(SALES / "datasets")


def parts(dataset: Dataset, load: str) -> dict[str, Any]:
    """What the ledger would answer of a dataset with one load."""
    columns = [{"name": column.name, "type": glue_type(column.type)} for column in dataset.columns]
    return {
        "mode": "snapshot", "whole": load, "loads": [load], "columns": columns,
        "extra_rows": 0, "applied_at": "2024-03-10",
    }  # fmt: skip


def glue_type(declared: str) -> str:
    base, bracket, rest = declared.partition("(")
    return GLUE.get(base, "string") + (bracket + rest if base == "numeric" else "")


def put(root: Path, dataset: Dataset, folder: str, rows: list[dict[str, Any]]) -> str:
    """Rows of a dataset as a clean file; columns that they lack are null."""
    where = root / "clean" / dataset.name / folder
    where.mkdir(parents=True)
    kinds = {"integer": pa.int32()}
    kinds |= {
        column.type: pa.decimal128(*column.kind.size)
        for column in dataset.columns
        if column.kind.base == "numeric"
    }
    columns = {
        column.name: pa.array(
            [row.get(column.name) for row in rows], kinds.get(column.type, pa.string())
        )
        for column in dataset.columns
        if any(column.name in row for row in rows)
    }
    pq.write_table(pa.table(columns), where / "part-0.parquet")
    return f"s3://clean/{dataset.name}/{folder}/part-0.parquet"


@pytest.fixture
def shop(glue: Any, declared: dict[str, Dataset], tmp_path: Path) -> Path:
    """A catalogue with the fact, a partition for each week, and the names of stores and goods."""
    fact, manifest = declared["weekly_sales"], []
    names = ("store_key", "prod_key", "sales_amt", "sales_cost", "out_of_stock_days")
    for week in sorted({row[0] for row in FACTS}):
        rows = [
            {**dict(zip(names, row[1:6], strict=True)), "no_stock_impact": Decimal(row[6])}
            for row in FACTS
            if row[0] == week
        ]
        rows = [{**row, **{each: Decimal(row[each]) for each in names[2:4]}} for row in rows]
        file = put(tmp_path, fact, f"_load_id=l/yr_wk_num-{week}", rows)
        manifest.append({"value": str(week), "files": [file]})
    made = tables.table(fact, parts(fact, "l"), {"l": {"partitions": manifest}}, "clean")
    writing.write(DATABASE, made)
    for name, rows in {
        "store": [{"store_key": 1, "store_desc": "North"}, {"store_key": 2, "store_desc": "South"}],
        "product": [{"prod_key": 1, "prod_name": "Tea"}],
    }.items():
        put(tmp_path, declared[name], "_load_id=l", rows)
        writing.write(
            DATABASE, tables.table(declared[name], parts(declared[name], "l"), {}, "clean")
        )
    return tmp_path


def ask(spark: SparkSession, shop: Path, declared: dict[str, Dataset], name: str) -> queries.Answer:
    query = queries.read(SALES / "queries" / f"{name}.sql", declared)
    return local.over(spark, boto3.client("glue"), DATABASE, shop, query)


def test_sales_stand_against_their_cost_week_by_week(spark, shop, declared):
    answer = ask(spark, shop, declared, "weekly_sales_against_cost")
    found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert [
        (row["yr_wk_num"], row["sales_amt"], row["sales_cost"], row["margin"]) for row in found
    ] == [
        (202408, 100, 60, 40),
        (202409, 80, 70, 10),
        (202410, 45, 14, 31),
    ]
    assert [row["margin_share"] for row in found] == [0.4, 0.125, pytest.approx(31 / 45)]


def test_the_newest_weeks_empty_shelves_come_worst_first(spark, shop, declared):
    answer = ask(spark, shop, declared, "out_of_stock")
    found = [row[:4] for row in answer.rows]
    assert found == [
        (202410, "South", None, 3),
        (202410, "North", "Tea", 3),
        (202410, "South", "Tea", 1),
    ]
