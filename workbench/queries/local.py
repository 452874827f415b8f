"""Ask the local cloud: its catalogue says where the rows are, and Spark reads them there.

Athena's SQL is said in Spark's. Neither our ledger nor our knowledge of the clean zone helps: a
query finds what Athena would find by the catalogue, or nothing.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from stagecoach.errors import Permanent
from workbench.needs import find_java
from workbench.queries.query import Answer, Query
from workbench.queries.reading import qualified

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # as Athena: what cannot be reckoned is an error, not null
    "spark.sql.shuffle.partitions": "2",
}
QUIET = """appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %m%n
logger.shell.name = org.apache.spark
logger.shell.level = error
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
"""
GLUE_TYPES = {"string": "varchar", "int": "integer", "float": "real"}  # as Athena calls them
Found = dict[str, Any]


def ask(glue: Any, database: str, s3_root: Path, query: Query) -> Answer:
    """Run a query over what the catalogue names. Raises Permanent when it lacks a table."""
    with session() as spark:
        return over(spark, glue, database, s3_root, query)


def over(spark: SparkSession, glue: Any, database: str, s3_root: Path, query: Query) -> Answer:
    """The same with a Spark that is there."""
    found = {name: table(glue, database, name) for name in query.reads}
    for one in found.values():
        register(spark, one, list(partitions(glue, one)), s3_root)
    known = {name: _known(one) for name, one in found.items()}
    frame = spark.sql(qualified(query.tree, known).sql("spark"))
    rows = tuple(tuple(row) for row in frame.collect())
    read = files(frame)
    scanned = sum(Path(file).stat().st_size for file in read)
    return Answer(tuple(frame.columns), rows, scanned, tuple(read))


def files(frame: DataFrame) -> list[str]:
    """The files that a query reads; those of partitions that it leaves out are not among them."""
    return sorted(unquote(urlparse(file).path) for file in frame.inputFiles())


def table(glue: Any, database: str, name: str) -> Found:
    """A table of the catalogue. Raises Permanent when there is none."""
    try:
        return dict(glue.get_table(DatabaseName=database, Name=name)["Table"])
    except glue.exceptions.EntityNotFoundException:
        raise Permanent(
            f"the catalogue has no table {name} yet - it comes with the first load of its dataset"
        ) from None


def partitions(glue: Any, found: Found) -> Iterator[Found]:
    """The partitions of a table; none of one that has none."""
    if found.get("PartitionKeys"):
        place = {"DatabaseName": found["DatabaseName"], "TableName": found["Name"]}
        for page in glue.get_paginator("get_partitions").paginate(**place):
            yield from page["Partitions"]


def _known(found: Found) -> dict[str, str]:
    columns = [*found["StorageDescriptor"]["Columns"], *found.get("PartitionKeys", [])]
    return {each["Name"]: GLUE_TYPES.get(each["Type"], each["Type"]) for each in columns}


@contextmanager
def session() -> Iterator[SparkSession]:
    """A Spark of its own, which leaves nothing behind."""
    os.environ.setdefault("JAVA_HOME", str(Path(find_java()).resolve().parent.parent))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory(prefix="stagecoach-query-") as folder:
        (Path(folder) / "log4j2.properties").write_text(QUIET)
        os.environ["SPARK_CONF_DIR"] = folder
        builder = SparkSession.builder.appName("stagecoach query")
        for name, value in {**SETTINGS, "spark.sql.warehouse.dir": folder}.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield spark
        finally:
            spark.stop()


def register(spark: SparkSession, found: Found, parts: list[Found], s3_root: Path) -> None:
    """Tell Spark of a table as the catalogue has it, and no more of what it was before."""
    storage, name = found["StorageDescriptor"], found["Name"]
    columns = _listed(storage["Columns"])
    spark.catalog.dropTempView(name)
    spark.sql(f"drop table if exists `{name}`")
    if not found.get("PartitionKeys"):
        paths = _paths(storage, s3_root)
        read = spark.read.schema(columns)
        frame = read.parquet(*paths) if paths else spark.createDataFrame([], columns)
        frame.createOrReplaceTempView(name)
        return
    keys = found["PartitionKeys"]
    by = ", ".join(f"`{key['Name']}`" for key in keys)
    where = _literal(_place(storage["Location"], s3_root))
    spark.sql(
        f"create table `{name}` ({columns}, {_listed(keys)}) using parquet "
        f"partitioned by ({by}) location {where}"
    )
    for part in parts:
        pairs = zip(keys, part["Values"], strict=True)
        values = ", ".join(f"`{key['Name']}` = {_literal(value)}" for key, value in pairs)
        where = _place(part["StorageDescriptor"]["Location"], s3_root)
        spark.sql(f"alter table `{name}` add partition ({values}) location {_literal(where)}")


def _paths(storage: Found, s3_root: Path) -> list[str]:
    """The folder of a table, or the files that its list names; none where nothing is."""
    place = _place(storage["Location"], s3_root)
    folder = Path(place.removeprefix("file://"))
    if "Symlink" not in storage["InputFormat"]:
        return [place] if folder.is_dir() else []
    lists = sorted(folder.iterdir())
    return [_place(uri, s3_root) for each in lists for uri in each.read_text().split()]


def _place(uri: str, s3_root: Path) -> str:
    return f"file://{s3_root}/{uri.removeprefix('s3://')}"


def _listed(columns: list[Found]) -> str:
    return ", ".join(f"`{each['Name']}` {each['Type']}" for each in columns)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
