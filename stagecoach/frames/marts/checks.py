"""The conditions over a whole mart and its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession

from stagecoach.dataset import Mart
from stagecoach.errors import LoadRejected


def broken(spark: SparkSession, mart: Mart, tables: Mapping[str, DataFrame]) -> list[str]:
    """The names of the checks that are not true; `tables` are the mart and its inputs."""
    if not mart.checks:
        return []
    columns = ", ".join(f"({check}) as `_{at}`" for at, (_, check) in enumerate(mart.checks))
    with named(tables), refused("a check"):
        held = spark.sql(f"select {columns}").first()
    assert held is not None  # noqa: S101 - a select without a table answers one row
    return [
        name for (name, _), is_true in zip(mart.checks, held, strict=True) if is_true is not True
    ]


@contextmanager
def named(tables: Mapping[str, DataFrame]) -> Iterator[None]:
    """The frames under their names, for SQL."""
    for name, rows in tables.items():
        rows.createOrReplaceTempView(name)
    try:
        yield
    finally:
        for name, rows in tables.items():
            rows.sparkSession.catalog.dropTempView(name)


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Raise LoadRejected for SQL that Spark does not take: no retry mends it."""
    try:
        yield
    except (AnalysisException, ParseException) as error:
        said = " ".join(str(error).split(";")[0].split())
        raise LoadRejected(f"{what} does not run: {said} - correct it") from error
