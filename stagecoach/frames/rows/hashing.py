"""A 64-bit hash of each row, reckoned a column at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Odd constants from the fractions of the golden ratio and of the square root of three.
COLUMN, MIX, TEXT = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBB67AE8584CAA73B),
    np.uint64(0x100000001B3),
)
MISSING = np.uint64(0x6A09E667F3BCC908)
HALF = np.uint64(32)


def row_hashes(columns: Iterable[pa.Array]) -> pa.Array:
    """A signed 64-bit hash per row: equal rows have equal hashes, whatever batch they are in."""
    hashes: Any = None
    with np.errstate(over="ignore"):
        for column in columns:
            lanes = _lanes(column)
            if column.null_count:
                lanes = np.where(column.is_null().to_numpy(zero_copy_only=False), MISSING, lanes)
            hashes = lanes * MIX if hashes is None else (hashes ^ lanes) * MIX
            hashes ^= hashes >> HALF
            hashes += COLUMN
    return pa.array(hashes.view(np.int64))


def _lanes(column: pa.Array) -> Any:
    """64 bits per value that tell it from others of its type."""
    kind = column.type
    if pa.types.is_string(kind):
        return _texts(column)
    if pa.types.is_boolean(kind):
        return pc.fill_null(column, False).to_numpy(zero_copy_only=False).astype(np.uint64)
    width = kind.bit_width // 64 or 1
    if pa.types.is_decimal(kind):
        halves = np.frombuffer(column.buffers()[1], np.uint64)[2 * column.offset :]
        halves = halves[: len(column) * width].reshape(-1, width)
        return halves[:, 0] ^ (halves[:, 1] * COLUMN)
    whole = np.dtype(f"i{kind.bit_width // 8}")
    values = np.frombuffer(column.buffers()[1], whole)[column.offset :]
    return values[: len(column)].astype(np.int64).view(np.uint64)


def _texts(column: pa.StringArray) -> Any:
    """A polynomial over the bytes of each text and its length."""
    offsets = np.frombuffer(column.buffers()[1], np.int32)
    offsets = offsets[column.offset : column.offset + len(column) + 1].astype(np.int64)
    lengths = np.diff(offsets)
    hashes = lengths.astype(np.uint64)
    data = column.buffers()[2]
    if data is None or offsets[-1] == offsets[0]:
        return hashes
    letters = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    given = np.flatnonzero(lengths)
    starts = offsets[:-1][given] - offsets[0]
    place = np.arange(len(letters)) - np.repeat(starts, lengths[given])
    weighed = letters.astype(np.uint64) * _powers(int(lengths.max()))[place]
    hashes[given] += np.add.reduceat(weighed, starts)
    return hashes


def _powers(count: int) -> Any:
    factors = np.full(count, TEXT, np.uint64)
    return np.multiply.accumulate(factors)
