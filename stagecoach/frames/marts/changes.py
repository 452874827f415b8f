"""Which partitions of a mart have news: by sums over the inputs' rows, then and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere

from stagecoach.dataset import Column, Mart, MartInput
from stagecoach.frames.rows.rules import spark_type
from stagecoach.manifest import Manifest

Sums = dict[str, str]  # partition: rows and two sums of their hashes; "" where it has none
WHOLE = ""


@dataclass(frozen=True)
class Scope:
    """What has to be computed: `values` are the partitions, None for all of them.

    `kept` are the entries of the manifest before whose partitions are as they were, `sums` what the
    next build compares with.
    """

    values: frozenset[str] | None = None
    kept: tuple[dict[str, Any], ...] = ()
    sums: dict[str, Sums] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed at all."""
        return self.values is not None and not self.values


def partition_of(value: str, column: Column) -> SparkColumn:
    """An expression over a row as the text of a partition; null belongs to none."""
    return F.expr(f"cast(cast(({value}) as {spark_type(column)}) as string)")


def scope(
    mart: Mart,
    column: Column,
    tables: Mapping[str, DataFrame],
    asked: Mapping[str, Any],
    before: Manifest | None,
) -> Scope:
    """Compare the inputs with those of the build before, whose manifest is `before`.

    An input whose loads are the same is not read. A change in one that does not say which partition
    its rows belong to is a change of everything.
    """
    then = before.inputs if before else {}
    same = _same(asked)
    sums = {
        each.name: then[each.name]
        if each.name in same and each.name in then
        else _sums(tables[each.name], each, column)
        for each in mart.inputs
    }
    if before is None or set(then) != set(sums):
        return Scope(sums=sums)
    values: set[str] = set()
    for each in mart.inputs:
        news = _differing(then[each.name], sums[each.name])
        if news and each.partition is None:
            return Scope(sums=sums)
        values |= news
    kept = tuple(entry for entry in before.partitions if entry["value"] not in values)
    return Scope(frozenset(values), kept, sums)


def within(rows: DataFrame, each: MartInput, column: Column, values: frozenset[str]) -> DataFrame:
    """The rows of an input that belong to these partitions; all where it does not say."""
    if each.partition is None:
        return rows
    return rows.where(partition_of(each.partition, column).isin(*values))


def _same(asked: Mapping[str, Any]) -> set[str]:
    """The inputs that are the same loads, read in the same way, as before."""
    then = (asked.get("previous") or {}).get("inputs") or {}
    return {name for name, parts in asked["inputs"].items() if then.get(name) == parts}


def _differing(then: Sums, now: Sums) -> set[str]:
    return {value for value in then.keys() | now.keys() if then.get(value) != now.get(value)}


def _sums(rows: DataFrame, each: MartInput, column: Column) -> Sums:
    """One pass over the rows: for each partition their number and the sums of two hashes."""
    whole = F.lit(WHOLE)
    value = whole if each.partition is None else partition_of(each.partition, column)
    hashes = [_hash(each, seed) for seed in (1, 2)]
    summed = [F.sum(one.cast("decimal(38,0)")).cast("string") for one in hashes]
    found = rows.groupBy(value.alias("value")).agg(
        F.concat_ws(":", F.count(F.lit(1)).cast("string"), *summed).alias("sum")
    )
    return {row["value"]: row["sum"] for row in found.collect() if row["value"] is not None}


def _hash(each: MartInput, seed: int) -> SparkColumn:
    """A hash of a row; a null leaves Spark's hash as it is, so each column has its number."""
    parts = (
        part
        for at, (name, _) in enumerate(each.columns)
        for part in (F.lit(at), F.col(f"`{name}`"))
    )
    return F.xxhash64(F.lit(seed), *parts)
