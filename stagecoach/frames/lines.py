"""Physical lines into records: numbered as in the file, joined where quotes span lines."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.errors import FileRefused

BOM = b"\xef\xbb\xbf"
BATCH = 10_000
LINES = pa.schema([("value", pa.binary()), ("start", pa.int64())])
# Two bytes or more per character: a line feed's byte may be half of another character.
WIDE = ("utf-16", "utf-32", "utf16", "utf32", "ucs-2", "utf_16", "utf_32")


@dataclass(frozen=True)
class Records:
    """Some records of a file; `numbers` are the line numbers of their first lines."""

    numbers: Any
    lines: pa.BinaryArray


def numbered(batches: Iterator[pa.RecordBatch], before: dict[int, int]) -> Iterator[Records]:
    """Each line its record. `before`: how many lines precede the split that starts at a byte."""
    seen = None
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if seen is None:
            seen = before.get(batch["start"][0].as_py(), 0)
        lines = batch["value"]
        numbers = np.arange(seen + 1, seen + len(lines) + 1)
        yield Records(numbers, _without_bom(lines) if seen == 0 else lines)
        seen += len(lines)


def _without_bom(lines: pa.BinaryArray) -> pa.BinaryArray:
    first = lines[0].as_py()
    if not first.startswith(BOM):
        return lines
    return pa.concat_arrays([pa.array([first[len(BOM) :]], pa.binary()), lines.slice(1)])


@dataclass
class _Pending:
    """Lines of a record whose quote is still open at the end of a batch."""

    lines: list[pa.BinaryArray] = field(default_factory=list)
    number: int = 0


def spanning(records: Iterator[Records], quote: str) -> Iterator[Records]:
    """Join lines until their quotes are even: so does one record of several lines come about."""
    pending = _Pending()
    for batch in records:
        counts = pc.count_substring(batch.lines, quote).to_numpy(zero_copy_only=False)
        odd = 1 if pending.lines else 0
        ends = np.flatnonzero((np.cumsum(counts) + odd) % 2 == 0) + 1
        rest = int(ends[-1]) if len(ends) else 0
        if rest:
            yield _joined(batch, ends, pending)
            pending = _Pending()
        if rest < len(batch.lines):
            pending.number = pending.number or int(batch.numbers[rest])
            pending.lines.append(batch.lines.slice(rest))
    if pending.lines:
        lines = pa.concat_arrays(pending.lines)
        yield Records(np.array([pending.number]), _join(lines, np.array([len(lines)])))


def _joined(batch: Records, ends: Any, pending: _Pending) -> Records:
    carried = sum(len(lines) for lines in pending.lines)
    lines = pa.concat_arrays([*pending.lines, batch.lines.slice(0, int(ends[-1]))])
    numbers = batch.numbers[np.concatenate([[0], ends[:-1]])]
    if carried:
        numbers = np.concatenate([[pending.number], numbers[1:]])
    return Records(numbers, _join(lines, ends + carried))


def _join(lines: pa.BinaryArray, ends: Any) -> pa.BinaryArray:
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    whole = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), lines), b"\n")
    if pc.any(pc.ends_with(whole, b"\r")).as_py():
        cut = pc.binary_slice(whole, 0, -1)
        return pc.if_else(pc.ends_with(whole, b"\r"), cut, whole)
    return whole


def is_wide(encoding: str) -> bool:
    """Whether the encoding must be decoded before its lines can be found."""
    return encoding.lower().startswith(WIDE)


def of_documents(
    batches: Iterator[pa.RecordBatch], encoding: str, keep_carriage_returns: bool
) -> Iterator[pa.RecordBatch]:
    """The lines of whole files (`content`) in a wide encoding, as UTF-8.

    Raises FileRefused when a file is not in its encoding.
    """
    for batch in batches:
        for content in batch["content"].to_pylist():
            plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            try:
                text = plain.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise FileRefused(
                    f"byte {error.start} of the file is not {encoding} ({error.reason}) - "
                    f"declare the encoding that it has, or have it sent again"
                ) from None
            lines = re.split("\n" if keep_carriage_returns else "\r\n|\n|\r", text)
            if lines and not lines[-1]:
                lines.pop()
            for start in range(0, len(lines), BATCH):
                part = pa.array([line.encode() for line in lines[start : start + BATCH]])
                yield pa.RecordBatch.from_arrays(
                    [part.cast(pa.binary()), pa.array(np.zeros(len(part), np.int64))], schema=LINES
                )
