"""Read a piece of the snapshot into Parquet: COPY's text, typed by Arrow, never through Python."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from stagecoach.errors import LoadRejected, Unavailable
from stagecoach.frames import objects
from stagecoach.frames.migration.pieces import Field, Piece
from stagecoach.frames.migration.snapshots import Snapshot
from stagecoach.frames.rows.clean import Output
from stagecoach.ledger import explained
from stagecoach.log import log

# Bytes of COPY's text that are typed at a time: enough for Arrow, little beside a file's rows.
CHUNK_BYTES = 8 * 2**20
WAITS = (1, 5, 20)
PART_SHIFT = 32  # a piece has fewer rows than 2**32; so _row_no is a row's own in all of a table
# COPY quotes '' and leaves null bare.
EMPTY_IS_TEXT = {"strings_can_be_null": True, "quoted_strings_can_be_null": False}


@dataclass(frozen=True)
class Reader:
    """What a worker does with a piece; travels to the workers.

    `moved` is told how many rows of the live table a piece had, when they are in S3.
    """

    snapshot: Snapshot
    folder: str
    moved: Callable[[int], object]

    def __call__(self, piece: Piece) -> dict[str, Any]:
        """Read and write a piece; answers `kind`, `rows`, `hash_sum`, `files` ([uri, bytes])
        and `live`: how many rows PostgreSQL counts in the piece, and their hash.

        A connection that breaks is opened again, in the same snapshot, as long as that lives.
        """
        for wait in (*WAITS, None):
            try:
                told = self._read(piece)
                break
            except Unavailable as error:
                if wait is None:
                    raise
                log("read again", piece=f"{piece.kind} {piece.number}", reason=str(error))
                time.sleep(wait)
        self.moved(told["rows"] if piece.kind == "rows" else 0)
        return told

    def _read(self, piece: Piece) -> dict[str, Any]:
        stem = f"{self.folder}/{piece.kind}/part-{piece.number:05}"
        sink = Sink(piece, Output(stem))
        with explained(), self.snapshot.opened() as cursor:
            cursor.execute(piece.query, stream=sink)
            live = _hashed(cursor, piece)
        sink.close()
        return {
            "kind": piece.kind,
            "rows": sink.rows,
            "hash_sum": str(sink.output.hash_sum),
            "files": [[uri, objects.size(uri)] for uri in sink.output.files],
            "live": live,
        }


def _hashed(cursor: Any, piece: Piece) -> tuple[int, int]:
    """Rows and hash sum by the same expression that Redshift is asked for."""
    if not piece.hashed:
        return 0, 0
    cursor.execute(f"select row_count, hash_sum from {piece.hashed}")  # noqa: S608 - quoted
    rows, hash_sum = cursor.fetchone()
    return int(rows), int(hash_sum)


@dataclass
class Sink:
    """Takes COPY's text, whole rows at a time, and writes files of typed rows."""

    piece: Piece
    output: Output
    rows: int = 0
    _lines: list[bytes] = field(default_factory=list)
    _bytes: int = 0

    def write(self, line: bytes) -> None:
        """Take in one row: PostgreSQL sends each as one message."""
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes >= CHUNK_BYTES:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self.output.flush()

    def _flush(self) -> None:
        if not self._lines:
            return
        rows = typed(b"".join(self._lines), self.piece.fields)
        self._lines, self._bytes = [], 0
        first = (self.piece.number << PART_SHIFT) + self.rows
        numbers = pa.array(np.arange(first, first + rows.num_rows, dtype=np.int64))
        self.rows += rows.num_rows
        self.output.add(rows.append_column("_row_no", numbers))


def typed(text: bytes, fields: tuple[Field, ...]) -> pa.RecordBatch:
    """COPY's csv as typed columns. Raises LoadRejected for what Redshift has no room for."""
    table = _parsed(text, fields).combine_chunks()
    columns = [
        each.typed(column.combine_chunks())
        for each, column in zip(fields, table.columns, strict=True)
    ]
    for each, column in zip(fields, columns, strict=True):
        _check_room(each, column)
        _check_finite(each, column)
    return pa.RecordBatch.from_arrays(columns, names=[each.name for each in fields])


def _parsed(text: bytes, fields: tuple[Field, ...]) -> pa.Table:
    names = [each.name for each in fields]
    # Rows never span blocks, as there is one.
    block = pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1)
    lines = pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    values = pa_csv.ConvertOptions(
        column_types={each.name: each.read_as for each in fields},
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
        **EMPTY_IS_TEXT,
    )
    try:
        return pa_csv.read_csv(pa.BufferReader(text), block, lines, values)
    except pa.ArrowInvalid as error:
        raise LoadRejected(
            f"the live table has a value that has no place in its column in Redshift: {error} - "
            "change it in PostgreSQL, then migrate again"
        ) from error


def _check_finite(each: Field, values: Any) -> None:
    is_number = pa.types.is_floating(values.type)
    if is_number and not pc.all(pc.is_finite(values), min_count=0).as_py():
        raise LoadRejected(
            f"column {each.name} of the live table has NaN or an infinite number, which the two "
            "databases do not compare alike - change it in PostgreSQL, then migrate again"
        )


def _check_room(each: Field, values: Any) -> None:
    longest: Any = pc.max(pc.binary_length(values)).as_py() if each.room else None
    if longest is not None and longest > each.room:
        raise LoadRejected(
            f"column {each.name} of the live table has a value of {longest:,} bytes, Redshift has "
            f"room for {each.room:,} - declare `bytes: {longest}` for the column (65535 at most) "
            "or shorten the value, then migrate again"
        )
