"""Spark SQL over the rows: derived columns, the declared rules, and the hash of a row."""

from __future__ import annotations

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere
from pyspark.sql.types import DataType, FractionalType, IntegralType

from stagecoach.dataset import Column, Dataset, Rule
from stagecoach.frames.batches import GOOD, REJECTED
from stagecoach.frames.casting import strict

FAULT_TYPE = "struct<column: string, rule: string, found: string, wanted: string>"
SPARK_TYPES = {
    "boolean": "boolean", "smallint": "smallint", "integer": "int", "bigint": "bigint",
    "real": "float", "double": "double", "date": "date",
    "timestamp": "timestamp_ntz", "timestamptz": "timestamp",
}  # fmt: skip


def spark_type(column: Column) -> str:
    """The type that a column has in Spark and in Parquet; time, uuid and json are text there."""
    kind = column.kind
    if kind.base == "numeric":
        precision, scale = (*kind.args, 0)[:2] if kind.args else (38, 10)
        return f"decimal({precision},{scale})"
    return SPARK_TYPES.get(kind.base, "string")


def judge(rows: DataFrame, dataset: Dataset) -> DataFrame:
    """Add the derived columns and hold every row to the rules.

    `_kind` and `_faults` take in what a rule rejects; `_warned` and `_failed` are lists of the
    rules with those actions that the row breaks. A condition that is null is not broken, as in a
    check constraint of SQL.
    """
    faults: list[SparkColumn] = []
    for column in dataset.derived_columns:
        rows, found = _derive(
            rows, column, required=not column.nullable or column.name in dataset.key
        )
        faults += found
    by_action = {
        action: [rule for rule in dataset.rules if rule.action == action]
        for action in ("reject", "warn", "fail")
    }
    faults += [
        _fault(_broken(rule), None, rule.name, rule.check)
        for rule in [*by_action["reject"], *by_action["fail"]]
    ]
    good = F.col("_kind") == GOOD
    for name, action in (("_warned", "warn"), ("_failed", "fail")):
        broken = [F.when(good & _broken(rule), F.lit(rule.name)) for rule in by_action[action]]
        rows = rows.withColumn(name, F.array_compact(F.array(*broken)) if broken else F.lit(None))
    if not faults:
        return rows
    all_faults = F.array_compact(F.array(*faults))
    broken_too = good & (F.size("_more") > 0)
    return (
        rows.withColumn("_more", all_faults)
        .withColumn(
            "_kind", F.when(broken_too, F.lit(REJECTED)).otherwise(F.col("_kind")).cast("tinyint")
        )
        .withColumn(
            "_faults",
            F.when(F.col("_faults").isNull(), F.col("_more")).otherwise(
                F.concat("_faults", "_more")
            ),
        )
        .drop("_more")
    )


def _broken(rule: Rule) -> SparkColumn:
    return ~F.coalesce(F.expr(f"({rule.check})"), F.lit(True))


def _fault(
    broken: SparkColumn,
    column: str | None,
    rule: str,
    wanted: str,
    found: SparkColumn | None = None,
) -> SparkColumn:
    shown = F.lit(None) if found is None else found.cast("string")
    parts = [
        F.lit(column).cast("string").alias("column"),
        F.lit(rule).alias("rule"),
        shown.cast("string").alias("found"),
        F.lit(wanted).alias("wanted"),
    ]
    no_row = F.col("_kind") > REJECTED
    return F.when(broken & ~no_row, F.struct(*parts))


def _derive(rows: DataFrame, column: Column, required: bool) -> tuple[DataFrame, list[SparkColumn]]:
    """Add one derived column. What does not fit its type is null there, and a fault."""
    name, target = column.name, spark_type(column)
    computed = F.expr(f"({column.derive})")
    origin = rows.select(computed.alias("x")).schema["x"].dataType
    value = F.expr(f"try_cast(({column.derive}) as {target})")
    wanted = strict(column)
    misfit = computed.isNotNull() & (value.isNull() | _changed(computed, value, origin, column))
    rows = rows.withColumn(name, F.when(~misfit, value))
    faults = [_fault(misfit, name, wanted.rule(name), wanted.wanted, computed)]
    if required:
        missing = computed.isNull() & (F.col("_kind") == GOOD)
        faults.append(_fault(missing, name, f"{name} is given", "a value"))
    return rows, faults


def _changed(
    computed: SparkColumn, value: SparkColumn, origin: DataType, column: Column
) -> SparkColumn:
    """Whether the cast lost something: the fraction of an integer, or text beyond its length.

    A derived numeric is rounded to its scale: who writes a division has asked for that.
    """
    kind = column.kind
    if kind.base == "varchar" and kind.args:
        return F.length(value) > kind.args[0]
    whole = kind.base in ("smallint", "integer", "bigint")
    if whole and isinstance(origin, IntegralType | FractionalType):
        return computed != value
    return F.lit(False)
