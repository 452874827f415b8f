"""Physical lines into records: numbered as in the file, joined where quotes span lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Csv
from stagecoach.frames.files import escapes
from stagecoach.frames.files.blocks import Block


@dataclass(frozen=True)
class Records:
    """Some records of a file; `numbers` are the line numbers of their first lines."""

    numbers: Any
    lines: pa.BinaryArray

    @classmethod
    def of(cls, block: Block) -> Records:
        """Each line its record."""
        data = block.data.removesuffix(b"\n")
        lines = pc.split_pattern(pa.array([data], pa.binary()), b"\n").flatten()
        return cls(np.arange(block.first, block.first + len(lines)), lines)


@dataclass
class _Pending:
    """Lines of a record whose quote is still open at the end of a batch."""

    lines: list[pa.BinaryArray] = field(default_factory=list)
    number: int = 0


def spanning(records: Iterator[Records], csv: Csv) -> Iterator[Records]:
    """Join lines until their quotes are even: so does one record of several lines come about."""
    pending = _Pending()
    for batch in records:
        bare = escapes.bare(batch.lines, csv)
        counts = pc.count_substring(bare, csv.quote).to_numpy(zero_copy_only=False)
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
