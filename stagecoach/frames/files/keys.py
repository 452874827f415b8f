"""The keys of a file of JSON, gathered on the workers: what a header is to delimited text."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected
from stagecoach.frames.files.judging import Plan
from stagecoach.frames.spread import Spread

KEYS_MOST = 1_600  # columns of a table


@dataclass(frozen=True)
class Keys:
    """The distinct keys of each split, of lines that are objects. Travels to the workers."""

    plan: Plan

    def __call__(self, place: int) -> set[str]:
        """The keys of the split at that place."""
        keys = set[str]()
        for records in self.plan.records(place):
            for text in records.lines:
                keys.update(_keys(text.as_py()))
            if len(keys) > KEYS_MOST:
                break
        return keys


def header_of(spread: Spread, plan: Plan, dataset: Dataset) -> list[str] | None:
    """The declared keys that some line has, in the declaration's order, then the others; None when
    no line has any. Raises LoadRejected for more keys than a table has columns.
    """
    keys: set[str] = set().union(*spread.over(range(len(plan.splits)), Keys(plan)))
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
