"""The ends of lines in a block of bytes: LF, CRLF or CR."""

from __future__ import annotations

import numpy as np

LF, CR = b"\n", b"\r"


def count(block: bytes, size: int) -> int:
    """How many are in the first `size` bytes, each where its last byte is; the bytes after them
    tell whether a CR at their end stands alone.
    """
    feeds = int(np.count_nonzero(np.frombuffer(block, np.uint8)[:size] == LF[0]))
    return feeds + (_alone(block, size) if CR in block else 0)


def as_feeds(block: bytes) -> bytes:
    """The block with LF for each of them."""
    if CR not in block:
        return block
    if not _alone(block, len(block)):
        return block.translate(None, CR)  # in half the time of a replacement
    return block.replace(CR + LF, LF).replace(CR, LF)


def _alone(block: bytes, size: int) -> int:
    """How many CR are in the first `size` bytes that no LF follows."""
    values = np.frombuffer(block, np.uint8)
    after = np.flatnonzero(values[:size] == CR[0]) + 1
    there = after[after < len(values)]
    return len(after) - int(np.count_nonzero(values[there] == LF[0]))
