"""A project of one input and one mart, ready to load."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.frames.marts.mill import Mill
from tests.sql.worlds import World

SALES = """\
name: sales
description: What was sold
columns:
  - {name: id, type: bigint}
  - {name: day, type: date, nullable: true}
  - {name: store, type: integer}
  - {name: amount, type: "numeric(12,2)", nullable: true}
key: [id]
load: {mode: snapshot, max_deletes: 100%}
targets: {postgres: {schema: retail}}
"""
SQL = """\
select day, store, sum(amount) as amount, count(*) as sales
from sales where day is not null group by day, store
"""
DAILY = """\
name: daily
description: What each store sold each day
source:
  sql: daily.sql
  partition_by: day
  partitions: {sales: day}
columns:
  - {name: day, type: date}
  - {name: store, type: integer}
  - {name: amount, type: "numeric(6,2)", nullable: true}
  - {name: sales, type: integer}
key: [day, store]
load: {mode: snapshot, max_deletes: 100%}
targets: {postgres: {schema: retail}}
"""
HEADER = "id,day,store,amount"


@pytest.fixture
def bare(world: World, spark: SparkSession, tmp_path: Path) -> Mill:
    return Mill(world, spark, tmp_path)


@pytest.fixture
def mill(bare: Mill) -> Mill:
    bare.declare(sales_yaml=SALES, daily_yaml=DAILY, daily_sql=SQL)
    return bare
