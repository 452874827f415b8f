"""Judge a file in one pass, without a JVM: what Arrow understands goes from bytes to Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stagecoach.frames import objects
from stagecoach.frames.files.judging import Plan
from stagecoach.frames.files.typed import TypedPlan
from stagecoach.frames.rows.clean import Writer
from stagecoach.frames.rows.kinds import REJECTED
from stagecoach.manifest import SAMPLE

# Rejected rows that are kept in memory before they are written.
FILE_ROWS = 100_000


@dataclass(frozen=True)
class OnePass:
    """What is done with a split of the file; travels to the workers."""

    plan: Plan | TypedPlan
    writer: Writer
    rejected: str

    def __call__(self, place: int) -> dict[str, Any]:
        """Judge and write a split; answers what `Writer` does, and the first `rejects`."""
        kept = Kept(f"{self.rejected}/part-{place:05}")
        told = self.writer.write(place, self._watched(place, kept))
        kept.flush()
        return {**told, "rejects": kept.first}

    def _watched(self, place: int, kept: Kept) -> Iterator[pa.RecordBatch]:
        for batch in self.plan.judged(place):
            if pc.any(pc.equal(batch["_kind"], REJECTED)).as_py():
                kept.add(batch)
            yield batch


@dataclass
class Kept:
    """The rejected rows of a split: one row per broken rule."""

    stem: str
    first: list[dict[str, Any]] = field(default_factory=list)
    _rows: list[pa.Table] = field(default_factory=list)
    _files: int = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the rejected rows of a batch."""
        rows = _faults_of(batch.filter(pc.equal(batch["_kind"], REJECTED)))
        if len(self.first) < SAMPLE:
            self.first += rows.slice(0, SAMPLE - len(self.first)).to_pylist()
        self._rows.append(rows)
        if sum(map(len, self._rows)) >= FILE_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what there is, if anything."""
        if self._rows:
            sink = pa.BufferOutputStream()
            pq.write_table(pa.concat_tables(self._rows), sink, store_schema=False)
            uri = f"{self.stem}-{self._files:03}.parquet"
            objects.write(uri, sink.getvalue().to_pybytes())
            self._files += 1
        self._rows = []


def _faults_of(rows: pa.RecordBatch) -> pa.Table:
    row = pc.list_parent_indices(rows["_faults"])
    faults = pc.list_flatten(rows["_faults"])
    named = {name: pc.struct_field(faults, name) for name in ("column", "rule", "found", "wanted")}
    return pa.table({"line": rows["_row_no"].take(row), **named, "raw": rows["_raw"].take(row)})
