"""Write the judged rows: the good ones and their counts in one pass, the others in a second."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere

from stagecoach.dataset import Dataset
from stagecoach.frames.rows import checks
from stagecoach.frames.rows.clean import TOLD, Writer
from stagecoach.frames.rows.kinds import REJECTED
from stagecoach.manifest import SAMPLE, Counts, Reject

REJECT_COLUMNS = ("line", "column", "rule", "found", "wanted", "raw")


@dataclass(frozen=True)
class Written:
    """What one pass over the file came to."""

    counts: Counts
    hash_sum: int
    files: list[str]
    warnings: dict[str, int]
    failed: dict[str, int]


def writer_of(dataset: Dataset, uri: str) -> Writer:
    """What writes the good rows below `uri`, and counts all of them."""
    tallied = checks.tallied(dataset)
    warnings = tuple(name for name, rule in tallied.items() if rule.action == "warn")
    return Writer(uri, tuple(column.name for column in dataset.columns), tuple(tallied), warnings)


def write_good(judged: DataFrame, dataset: Dataset, uri: str) -> Written:
    """Write the good rows as Parquet below `uri` and count everything in the same pass.

    The counts are what the tasks answer, so a task that ran twice counts once; it writes the same
    rows over the same files.
    """
    writer = writer_of(dataset, uri)
    rows = judged.select(*writer.columns, "_row_no", "_kind", *writer.tallies)
    answers = [json.loads(row["told"]) for row in rows.mapInArrow(writer, TOLD).collect()]
    return summed(dataset, answers)


def summed(dataset: Dataset, answers: list[dict[str, Any]]) -> Written:
    """What the parts' answers come to."""
    tallied = checks.tallied(dataset)
    seen = sum((Counter(answer["counts"]) for answer in answers), Counter())
    broken = {
        action: {
            rule.name: seen[name]
            for name, rule in tallied.items()
            if rule.action == action and seen[name]
        }
        for action in ("warn", "fail")
    }
    return Written(
        Counts(*(seen[name] for name in ("read", "header", "good", "rejected", "warned"))),
        sum(answer["hash_sum"] for answer in answers),
        sorted(file for answer in answers for file in answer["files"]),
        broken["warn"],
        broken["fail"],
    )


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
