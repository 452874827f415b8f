"""Write the judged rows: the good ones and their counts in one pass, the others in a second."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F  # noqa: N812 - as everywhere

from stagecoach.dataset import Dataset
from stagecoach.frames.batches import GOOD, NO_ROW, REJECTED
from stagecoach.manifest import SAMPLE, Counts, Reject

REJECT_COLUMNS = ("line", "column", "rule", "found", "wanted", "raw")


@dataclass(frozen=True)
class Written:
    """What one pass over the file came to."""

    counts: Counts
    hash_sum: int
    warnings: dict[str, int]
    failed: dict[str, int]


def write_good(judged: DataFrame, dataset: Dataset, uri: str) -> Written:
    """Write the good rows as Parquet and count everything in the same pass.

    The counts come from the tasks whose output was committed, so a task that ran twice counts once.
    """
    named = {"warn": "_warned", "fail": "_failed"}
    tallies = {
        (action, rule.name): F.count_if(F.array_contains(named[action], rule.name))
        for action in named
        for rule in dataset.rules
        if rule.action == action
    }
    hashed = _hashed(judged, dataset)
    good = F.col("_kind") == GOOD
    seen = Observation()
    observed = hashed.observe(
        seen,
        F.count(F.lit(1)).alias("read"),
        F.count_if(F.col("_kind") == NO_ROW).alias("header"),
        F.count_if(good).alias("good"),
        F.count_if(F.col("_kind") == REJECTED).alias("rejected"),
        F.count_if(good & (F.size("_warned") > 0)).alias("warned"),
        # The sum of 64-bit hashes passes 64 bits, the sums of their halves do not.
        F.sum(F.when(good, F.shiftright("_row_hash", 32))).alias("high"),
        F.sum(F.when(good, F.col("_row_hash").bitwiseAND(0xFFFFFFFF))).alias("low"),
        *(tally.alias(f"tally {place}") for place, tally in enumerate(tallies.values())),
    )
    columns = [column.name for column in dataset.columns]
    kept = observed.where(good).select(*columns, "_row_no", "_row_hash")
    kept.write.mode("overwrite").parquet(uri)
    return _written(seen.get, list(tallies))


def _hashed(judged: DataFrame, dataset: Dataset) -> DataFrame:
    names = [column.name for column in dataset.columns]
    row_hash = F.xxhash64(*names, "_row_no").alias("_row_hash")
    return judged.select(*names, "_row_no", row_hash, "_kind", "_warned", "_failed")


def _written(seen: dict[str, int], tallies: list[tuple[str, str]]) -> Written:
    tallied = {
        name: {
            rule: seen[f"tally {place}"]
            for place, (action, rule) in enumerate(tallies)
            if action == name and seen[f"tally {place}"]
        }
        for name in ("warn", "fail")
    }
    numbers = {
        name: int(seen[name] or 0) for name in ("read", "header", "good", "rejected", "warned")
    }
    hash_sum = (int(seen["high"] or 0) << 32) + int(seen["low"] or 0)
    return Written(Counts(**numbers), hash_sum, tallied["warn"], tallied["fail"])


def write_rejected(judged: DataFrame, uri: str) -> None:
    """Write one Parquet row per broken rule of a rejected row."""
    rejected = judged.where(F.col("_kind") == REJECTED)
    faults = rejected.select(
        F.col("_row_no").alias("line"),
        F.explode("_faults").alias("fault"),
        F.col("_raw").alias("raw"),
    )
    rows = faults.select("line", "fault.column", "fault.rule", "fault.found", "fault.wanted", "raw")
    rows.write.mode("overwrite").parquet(uri)


def first_rejects(written: DataFrame) -> list[Reject]:
    """The first hundred of the rejected rows, by line."""
    rows = written.select(*REJECT_COLUMNS).orderBy("line").limit(SAMPLE).collect()
    return [Reject(**row.asDict()).shortened() for row in rows]
