"""What jobs do, once, so that a class archive holds what they need: `training.py FOLDER`.

Text in, Arrow batches through Python, expressions, Parquet out; Parquet in and collected.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROWS = 2_000


def main(folder: Path) -> None:
    """Run a small load that leaves nothing behind but what is in `folder`."""
    from pyspark.sql import SparkSession

    # The session of a job, so that the classes of its settings are in the archive too.
    spark = SparkSession.builder.config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    source, written = str(folder / "lines.csv"), str(folder / "rows")
    lines = "".join(
        f'{row},"name, {row}",{row / 7},2024-01-{row % 28 + 1:02}\n' for row in range(ROWS)
    )
    Path(source).write_text(lines)
    _transform(spark, source, written)
    _stage(spark, written)
    _end(spark)


def same(batches: Iterable[Any]) -> Iterable[Any]:
    """Batches through a Python worker."""
    yield from batches


def _transform(spark: Any, source: str, written: str) -> None:
    from pyspark.sql import functions as F  # noqa: N812 - its usual name

    lines = spark.read.text(source)
    lines.rdd.getNumPartitions()
    lines.take(1)
    cells = F.split("value", ",")
    typed = [
        cells[0].cast("bigint").alias("number"),
        cells[1].alias("name"),
        cells[3].cast("double").alias("share"),
        F.to_timestamp(cells[4]).alias("day"),
    ]
    passed = lines.mapInArrow(same, "value string").select(*typed)
    number = F.col("number")
    kind = F.when(number.isNull(), 1).when(number < 0, 2).otherwise(0)
    hashed = passed.withColumn("kind", kind).withColumn("hash", F.xxhash64("number", "name"))
    hashed.where("kind = 0").write.mode("overwrite").parquet(written)
    total = F.sum(F.col("hash").cast("decimal(38,0)"))
    hashed.groupBy("kind").agg(F.count("*"), total, F.max("share")).orderBy("kind").collect()


def _stage(spark: Any, written: str) -> None:
    rows = spark.read.parquet(written).select("number", "name", "share", "day")
    rows.mapInArrow(same, rows.schema).collect()
    rows.limit(3).collect()


def _end(spark: Any) -> None:
    """End the session and wait for its JVM, which writes the archive last of all."""
    gateway = spark.sparkContext._gateway
    spark.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    sys.exit(gateway.proc.wait())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
