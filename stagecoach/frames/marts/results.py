"""What the select of a mart answers, cast and judged as the rows of a file are."""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere
from pyspark.sql.types import DoubleType, FloatType, StructField

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected
from stagecoach.frames.rows import rules
from stagecoach.frames.rows.checks import tallied
from stagecoach.frames.rows.kinds import GOOD, REJECTED

COMPUTED = "_computed_"
PARTITION = "_partition"


def judge(answered: DataFrame, dataset: Dataset) -> DataFrame:
    """The declared columns, what is wrong with each row, and its partition as text.

    A column is cast as a derived one is: numerics are rounded to their scale, NaN is null, and what
    does not fit rejects the row. Raises LoadRejected for a column that is not there.
    """
    fields = {field.name.lower(): field for field in answered.schema}
    missing = [column.name for column in dataset.columns if column.name not in fields]
    if missing:
        raise LoadRejected(
            f"the SQL of {dataset.name} answers no column {missing[0]} - it answers "
            f"{', '.join(fields)}; correct the SQL or the declaration"
        )
    names = [column.name for column in dataset.columns]
    rows = answered.select(*(_without_nan(fields[name], name) for name in names))
    derived = replace(
        dataset,
        columns=tuple(
            replace(column, derive=f"`{COMPUTED}{column.name}`", source=None)
            for column in dataset.columns
        ),
    )
    blank = rows.withColumns(
        {
            "_kind": F.lit(GOOD).cast("tinyint"),
            "_faults": F.lit(None).cast(f"array<{rules.FAULT_TYPE}>"),
        }
    )
    judged = rules.judge(blank, derived)
    kept = [F.col(f"`{name}`") for name in (*names, "_kind", "_faults", *tallied(dataset))]
    return judged.select(*kept, _raw(names), _partition(dataset))


def _without_nan(field: StructField, name: str) -> SparkColumn:
    value = F.col(f"`{field.name}`")
    if isinstance(field.dataType, DoubleType | FloatType):
        value = F.when(~F.isnan(value), value)
    return value.alias(COMPUTED + name)


def _raw(names: list[str]) -> SparkColumn:
    """A rejected row as it was computed; there is no line of a file to show."""
    row = F.struct(*(F.col(f"`{COMPUTED}{name}`").alias(name) for name in names))
    text = F.to_json(row, {"ignoreNullFields": "false"})
    return F.when(F.col("_kind") == REJECTED, text).alias("_raw")


def _partition(dataset: Dataset) -> SparkColumn:
    mart = dataset.source.mart
    named = mart.partition_by if mart else None
    text = F.col(f"`{named}`").cast("string") if named else F.lit("")
    return text.alias(PARTITION)
