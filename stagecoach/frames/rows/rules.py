"""Spark SQL over the rows: derived columns and the declared rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import or_

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import DataType, FractionalType, IntegralType, StructType

from stagecoach.dataset import Column, Dataset, Rule
from stagecoach.frames.rows import naming
from stagecoach.frames.rows.casting import strict
from stagecoach.frames.rows.checks import tallied
from stagecoach.frames.rows.faults import FOUND_CHARACTERS
from stagecoach.frames.rows.kinds import GOOD, REJECTED
from stagecoach.frames.rows.meanings import Beside, Meant
from stagecoach.frames.rows.room import Room

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
        precision, scale = kind.size
        return f"decimal({precision},{scale})"
    return SPARK_TYPES.get(kind.base, "string")


def judge(
    rows: DataFrame, dataset: Dataset, meanings: Mapping[str, Meant] | None = None
) -> DataFrame:
    """Add the derived columns and hold every row to the rules.

    `_kind` and `_faults` take in what a rule rejects; each of `tallied` gets a boolean column
    that says whether the row breaks it. A condition that is null is not broken, as in a check
    constraint of SQL.
    """
    found: list[Fault] = []
    known = meanings or {}
    for are_meant, columns in groupby(dataset.derived_columns, lambda each: each.name in known):
        if are_meant:
            rows, faults = _mean(rows, Beside(tuple(known[each.name] for each in columns)))
            found += faults
            continue
        for column in columns:
            rows, faults = _derive(rows, column, dataset)
            found += faults
    rejecting = [rule for rule in dataset.rules if rule.action in ("reject", "fail")]
    found += [_rule_fault(rule, dataset) for rule in rejecting]
    good = F.col("_kind") == GOOD
    tallies = [(good & _broken(rule)).alias(name) for name, rule in tallied(dataset).items()]
    if tallies:
        rows = rows.select("*", *tallies)
    return _with_faults(rows, found) if found else rows


@dataclass(frozen=True)
class Fault:
    """When a row breaks something, and what is then said of it."""

    broken: SparkColumn
    said: SparkColumn

    @classmethod
    def of(
        cls,
        broken: SparkColumn,
        column: str | None,
        rule: str,
        wanted: str,
        found: SparkColumn | None = None,
    ) -> Fault:
        """`found` is shown as text."""
        shown = F.lit(None) if found is None else found
        parts = [
            F.lit(column).cast("string").alias("column"),
            F.lit(rule).alias("rule"),
            shown.cast("string").alias("found"),
            F.lit(wanted).alias("wanted"),
        ]
        return cls(broken & (F.col("_kind") <= REJECTED), F.struct(*parts))


def _with_faults(rows: DataFrame, faults: list[Fault]) -> DataFrame:
    # Lists are made only of rows that break something: they cost more than all the conditions.
    broken = reduce(or_, (F.coalesce(each.broken, F.lit(False)) for each in faults))
    more = F.array_compact(F.array(*(F.when(each.broken, each.said) for each in faults)))
    all_faults = F.concat(F.coalesce("_faults", F.array().cast(f"array<{FAULT_TYPE}>")), more)
    kind = F.when((F.col("_kind") == GOOD) & broken, F.lit(REJECTED)).otherwise(F.col("_kind"))
    return rows.withColumns(
        {
            "_faults": F.when(broken, all_faults).otherwise(F.col("_faults")),
            "_kind": kind.cast("tinyint"),
        }
    )


def _rule_fault(rule: Rule, dataset: Dataset) -> Fault:
    """A broken rule says the columns that it names, and what they hold."""
    named = naming.named(rule.check, dataset.columns)
    heading = naming.heading(named)
    values = [F.col(f"`{column.name}`").cast("string") for column in named]
    if len(named) > 1:
        parts = [
            F.concat(F.lit(f"{column.name} = "), F.coalesce(value, F.lit("null")))
            for column, value in zip(named, values, strict=True)
        ]
        values = [F.concat_ws(", ", *parts)]
    found = F.substring(values[0], 1, FOUND_CHARACTERS) if values else None
    return Fault.of(_broken(rule), heading, rule.name, rule.check, found)


def _broken(rule: Rule) -> SparkColumn:
    return ~F.coalesce(F.expr(f"({rule.check})"), F.lit(True))


def _mean(rows: DataFrame, beside: Beside) -> tuple[DataFrame, list[Fault]]:
    """Add columns that say what others mean."""
    added = from_arrow_schema(beside.schema)
    rows = rows.mapInArrow(beside, StructType([*rows.schema, *added]))
    faults = []
    for meant in beside.columns:
        name, unknown = meant.name, F.col(f"_unknown_{meant.name}")
        code = F.col(f"`{meant.column.coded}`")
        faults.append(Fault.of(unknown, meant.column.coded, meant.rule, meant.wanted, code))
        if meant.required:
            missing = F.col(f"`{name}`").isNull() & ~unknown & (F.col("_kind") == GOOD)
            faults.append(Fault.of(missing, name, f"{name} is given", "a value"))
    return rows, faults


def _derive(rows: DataFrame, column: Column, dataset: Dataset) -> tuple[DataFrame, list[Fault]]:
    """Add one derived column. What does not fit its type is null there, and a fault."""
    name, target = column.name, spark_type(column)
    computed = F.expr(f"({column.derive})")
    origin = rows.select(computed.alias("x")).schema["x"].dataType
    value = F.expr(f"try_cast(({column.derive}) as {target})")
    wanted = strict(column)
    misfit = computed.isNotNull() & (value.isNull() | _changed(computed, value, origin, column))
    value = F.when(~misfit, value)
    faults = [Fault.of(misfit, name, wanted.rule(name), wanted.wanted, computed)]
    if room := Room.of(column, dataset):
        long = F.coalesce(F.octet_length(value) > room.bytes, F.lit(False))
        shown = F.substring(value, 1, FOUND_CHARACTERS)
        faults.append(Fault.of(long, name, room.rule, room.wanted, shown))
        value = F.when(~long, value)
    rows = rows.withColumn(name, value)
    if not column.nullable or name in dataset.key:
        missing = computed.isNull() & (F.col("_kind") == GOOD)
        faults.append(Fault.of(missing, name, f"{name} is given", "a value"))
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
