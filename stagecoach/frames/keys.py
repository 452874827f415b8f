"""The keys of a JSON lines file, gathered on the workers: what a header is to delimited text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark.sql import SparkSession

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected
from stagecoach.frames import blocks
from stagecoach.frames.judging import Plan

KEYS_MOST = 1_600  # columns of a table


@dataclass(frozen=True)
class Keys:
    """The distinct keys of each split, of lines that are objects. Travels to the workers."""

    plan: Plan

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Answer the keys of the splits whose places come in."""
        for batch in batches:
            for place in batch.column(0).to_pylist():
                keys = pa.array(sorted(self._of_split(place)), pa.string())
                yield pa.RecordBatch.from_arrays([keys], names=["key"])

    def _of_split(self, place: int) -> set[str]:
        split, plan, keys = self.plan.splits[place], self.plan, set[str]()
        read = blocks.read(plan.uri, split.start, split.end, plan.csv.encoding, plan.spans)
        for block in blocks.numbered(read, split.before):
            for line in block.data.split(b"\n"):
                keys.update(_keys(line))
            if len(keys) > KEYS_MOST:
                break
        return keys


def header_of(spark: SparkSession, plan: Plan, dataset: Dataset) -> list[str] | None:
    """The declared keys that some line has, in the declaration's order, then the others; None when
    no line has any. Raises LoadRejected for more keys than a table has columns.
    """
    count = len(plan.splits)
    answers = spark.range(0, count, 1, count).mapInArrow(Keys(plan), "key string").distinct()
    keys = {row["key"] for row in answers.collect()}
    if len(keys) > KEYS_MOST:
        raise LoadRejected(
            f"the file has more than {KEYS_MOST:,} different keys - wanted a table's columns; "
            "look at what the sender exports"
        )
    declared = [str(column.source) for column in dataset.file_columns]
    known = [name for name in declared if name in keys]
    return [*known, *sorted(keys.difference(declared))] or None


def _keys(line: bytes) -> Iterable[str]:
    try:
        record = json.loads(line) if line.strip() else None
    except (ValueError, RecursionError):
        return ()
    return record.keys() if isinstance(record, dict) else ()
