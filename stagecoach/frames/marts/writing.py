"""What a worker does with the sorted rows of a mart: count, write, see a second row of a key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import TaskContext

from stagecoach.frames.marts.results import PARTITION
from stagecoach.frames.rows.clean import Output, Writer
from stagecoach.frames.rows.kinds import GOOD, REJECTED
from stagecoach.frames.rows.onepass import Kept

BLOCK = 2**32  # numbers of rows that a task has for itself
EXAMPLES = 5


@dataclass(frozen=True)
class MartWriter:
    """Writes the good rows of a task below `folder`, those of each partition apart, and the others
    below `rejected`; travels to the workers.

    Rows come sorted by partition and key, all rows of a key in one task. `first` is the first block
    of row numbers that no partition which is kept has.
    """

    rows: Writer
    rejected: str
    key: tuple[str, ...]
    partition_by: str | None
    first: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Write a partition of Spark's; answers what `write` does as one JSON text."""
        context = TaskContext.get()
        told = self.write(context.partitionId() if context else 0, batches)
        yield pa.RecordBatch.from_pydict({"told": [json.dumps(told)]})

    def write(self, part: int, batches: Iterable[pa.RecordBatch]) -> dict[str, Any]:
        """Write a part; answers `counts`, `partitions`, `rejects`, and `doubled` keys with
        `examples` of them.
        """
        kept, seen = Kept(f"{self.rejected}/part-{part:05}"), Keys(self.key)
        files, counts, number = Files(self, part), Counter[str](), (self.first + part) * BLOCK + 1
        for batch in batches:
            numbers = pa.array(np.arange(number, number + batch.num_rows), pa.int64())
            batch, number = batch.append_column("_row_no", numbers), number + batch.num_rows
            good = pc.equal(batch["_kind"], GOOD)
            counts += self.rows.counted(batch, good)
            if pc.any(pc.equal(batch["_kind"], REJECTED)).as_py():
                kept.add(batch)
                batch = batch.filter(good)
            if batch.num_rows:
                seen.add(batch)
                files.add(batch)
        kept.flush()
        told = {"partitions": files.close(), "counts": counts, "rejects": kept.first}
        return {**told, "doubled": seen.doubled, "examples": seen.examples}

    def folder(self, value: str) -> str:
        """Where the files of a partition are: its name is none of Hive's."""
        name = f"{self.partition_by}-{quote(value, safe='')}" if self.partition_by else ""
        return f"{self.rows.uri}/{name}" if name else self.rows.uri


@dataclass
class Files:
    """The files of one task, a partition at a time."""

    writer: MartWriter
    part: int
    told: list[dict[str, Any]] = field(default_factory=list)
    _value: str | None = None
    _output: Output | None = None
    _rows: int = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in good rows, sorted by partition."""
        values = batch[PARTITION]
        runs = pc.run_end_encode(values)
        start = 0
        for end, value in zip(runs.run_ends.to_pylist(), runs.values.to_pylist(), strict=True):
            self._of(value).add(self._chosen(batch.slice(start, end - start)))
            self._rows += end - start
            start = end

    def _chosen(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch.select([*self.writer.rows.columns, "_row_no"])

    def _of(self, value: str) -> Output:
        if self._output is None or value != self._value:
            self.close()
            stem = f"{self.writer.folder(value)}/part-{self.part:05}"
            self._value, self._output, self._rows = value, Output(stem), 0
        return self._output

    def close(self) -> list[dict[str, Any]]:
        """End the open partition; answers all of them."""
        if self._output is not None:
            self._output.flush()
            told = {"value": self._value, "rows": self._rows, "files": self._output.files}
            block = self.writer.first + self.part
            self.told.append({**told, "hash_sum": str(self._output.hash_sum), "block": block})
            self._output = None
        return self.told


@dataclass
class Keys:
    """Sees two rows of one key: rows come sorted, so they follow each other."""

    key: tuple[str, ...]
    doubled: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)
    _last: pa.RecordBatch | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the next rows."""
        keys = batch.select(self.key)
        if self._last is not None:
            keys = pa.Table.from_batches([self._last, keys]).combine_chunks().to_batches()[0]
        same = np.ones(keys.num_rows - 1, dtype=bool)
        for values in keys.columns:
            same &= pc.equal(values[1:], values[:-1]).to_numpy(zero_copy_only=False)
        found = np.flatnonzero(same)
        self.doubled += len(found)
        for row in keys.take(pa.array(found[: EXAMPLES - len(self.examples)])).to_pylist():
            self.examples.append({name: str(value) for name, value in row.items()})
        self._last = keys.slice(keys.num_rows - 1)
