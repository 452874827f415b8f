"""What a worker does with judged rows: the good ones into Parquet files, all of them counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark import TaskContext

from stagecoach.frames import objects
from stagecoach.frames.rows.hashing import row_hashes
from stagecoach.frames.rows.kinds import GOOD, NO_ROW, REJECTED

TOLD = "told string"
# Bytes of rows in memory that make a file, from three quarters to one and a half of it where there
# are as many: COPY wants files of about one size, 1 to 125 MB as Parquet, which is a fraction.
FILE_BYTES = 96 * 2**20
# The oldest version of the format has all that we write, and the encodings that every reader knows.
VERSION = "1.0"


@dataclass(frozen=True)
class Writer:
    """What a worker does with a part of the judged rows; travels to the workers.

    `columns` are those that go on, with `_row_no` and `_row_hash` behind them. Files are named by
    their part: a task that runs again writes over what it had written.
    """

    uri: str
    columns: tuple[str, ...]
    tallies: tuple[str, ...]
    warnings: tuple[str, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Write a partition of Spark's; answers what `write` does as one JSON text."""
        context = TaskContext.get()
        told = self.write(context.partitionId() if context else 0, batches)
        yield pa.RecordBatch.from_pydict({"told": [json.dumps(told)]})

    def write(self, part: int, batches: Iterable[pa.RecordBatch]) -> dict[str, Any]:
        """Write a part; answers `counts`, `hash_sum` and `files`."""
        output = Output(f"{self.uri}/part-{part:05}")
        counts: Counter[str] = Counter()
        for batch in batches:
            good = pc.equal(batch["_kind"], GOOD)
            counts += self.counted(batch, good)
            rows = batch.select([*self.columns, "_row_no"])
            output.add(rows if pc.all(good).as_py() else rows.filter(good))
        output.flush()
        return {"counts": counts, "hash_sum": output.hash_sum, "files": output.files}

    def counted(self, batch: pa.RecordBatch, good: pa.BooleanArray) -> Counter[str]:
        """What the rows of a batch are, and how many break each tallied rule."""
        of_kind = np.bincount(batch["_kind"].to_numpy(), minlength=3)
        broken = {name: batch[name].to_numpy(zero_copy_only=False) for name in self.tallies}
        warned = np.zeros(batch.num_rows, dtype=bool)
        for name in self.warnings:
            warned |= broken[name]
        warned &= good.to_numpy(zero_copy_only=False)
        return Counter(
            read=batch.num_rows,
            header=int(of_kind[NO_ROW]),
            good=int(of_kind[GOOD]),
            rejected=int(of_kind[REJECTED]),
            warned=int(warned.sum()),
            **{name: int(rows.sum()) for name, rows in broken.items()},
        )


@dataclass
class Output:
    """The files of one part, and the sum of the hashes of their rows."""

    stem: str
    files: list[str] = field(default_factory=list)
    hash_sum: int = 0
    _rows: list[pa.RecordBatch] = field(default_factory=list)
    _bytes: int = 0

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in some rows; a file is written when there are enough."""
        if not rows.num_rows:
            return
        row_hash = row_hashes(rows.columns)
        hashes = row_hash.to_numpy()
        # The sum of 64-bit hashes passes 64 bits, the sums of their halves do not.
        self.hash_sum += (int((hashes >> 32).sum()) << 32) + int((hashes & 0xFFFFFFFF).sum())
        self._rows.append(rows.append_column("_row_hash", row_hash))
        self._bytes += rows.nbytes
        if self._bytes >= 2 * FILE_BYTES:
            self._write_half()

    def flush(self) -> None:
        """Write what there is, if anything."""
        if self._bytes > FILE_BYTES * 3 // 2:
            self._write_half()
        if self._rows:
            self._write(pa.Table.from_batches(self._rows))
        self._rows, self._bytes = [], 0

    def _write_half(self) -> None:
        """Write the first half of the rows, so that the last file is not a small one."""
        rows = pa.Table.from_batches(self._rows)
        half = (len(rows) + 1) // 2
        self._write(rows.slice(0, half))
        self._rows = [batch for batch in rows.slice(half).to_batches() if batch.num_rows]
        self._bytes = sum(batch.nbytes for batch in self._rows)

    def _write(self, rows: pa.Table) -> None:
        sink = pa.BufferOutputStream()
        pq.write_table(
            rows,
            sink,
            row_group_size=len(rows),
            store_schema=False,
            version=VERSION,
            use_dictionary=rows.column_names[:-2],  # numbers and hashes of rows never repeat
        )
        uri = f"{self.stem}-{len(self.files):03}.parquet"
        objects.write(uri, sink.getvalue().to_pybytes())
        self.files.append(uri)
