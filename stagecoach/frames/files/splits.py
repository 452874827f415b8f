"""How a file is shared out: ranges of whole lines, each with the number of lines before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from stagecoach.frames import objects
from stagecoach.frames.files import ends
from stagecoach.frames.spread import Spread

LEAST, MOST = 4 * 2**20, 128 * 2**20
BLOCK = 8 * 2**20
LOOK = 64 * 1024


@dataclass(frozen=True)
class Split:
    """The lines from byte `start` to byte `end` of a file; `before` lines precede them."""

    start: int
    end: int
    before: int = 0


def share_out(spread: Spread, uri: str, whole: bool, end: int = 0) -> tuple[Split, ...]:
    """Splits of about equal size, a multiple of the cores where there are many.

    `whole`: the file must be read from its beginning, so it is one split. The last split has at
    least `end` lines, if the file has.
    """
    size = objects.size(uri)
    if whole:
        return (Split(0, size),)
    splits = with_end(uri, cut(uri, size, how_many(size, spread.cores)), end)
    if len(splits) < 2:
        return splits
    ranges = [LineEnds(uri, split.start, split.end) for split in splits[:-1]]
    before = accumulate(spread.over(ranges, LineEnds.count), initial=0)
    return tuple(replace(split, before=lines) for split, lines in zip(splits, before, strict=True))


def how_many(size: int, cores: int) -> int:
    """Splits for a file: each between LEAST and MOST bytes, and no core idle in the last round."""
    if size <= cores * MOST:
        return max(1, min(cores, size // LEAST))
    return -(-size // (cores * MOST)) * cores


def cut(uri: str, size: int, count: int) -> tuple[Split, ...]:
    """Cut into at most `count` ranges, each behind the end of a line."""
    count = max(1, min(count, size))
    wanted = (size * place // count for place in range(1, count))
    ends = sorted({0, size, *(_line_end(uri, place, size) for place in wanted)})
    return tuple(Split(start, end) for start, end in pairwise(ends)) or (Split(0, size),)


def with_end(uri: str, splits: tuple[Split, ...], lines: int) -> tuple[Split, ...]:
    """The same splits, the last ones joined until there are so many ends of lines in it."""
    while lines and len(splits) > 1:
        *others, last = splits
        if LineEnds(uri, last.start, last.end).count() >= lines:
            break
        splits = (*others[:-1], Split(others[-1].start, last.end))
    return splits


def _line_end(uri: str, place: int, size: int) -> int:
    """Where the line that holds the byte before `place` has ended."""
    for start, data in _looks(uri, place - 1, size):
        feed, carriage = data.find(b"\n"), data.find(b"\r", 0, -1)
        if feed >= 0 and (carriage < 0 or feed <= carriage + 1):
            return start + feed + 1
        if carriage >= 0:
            return start + carriage + 1
    return size


def _looks(uri: str, start: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Pieces of the file from a byte on; each begins with the last byte of the one before."""
    for place in range(start, size, LOOK):
        yield place, objects.read_range(uri, place, LOOK + 1)


@dataclass(frozen=True)
class LineEnds:
    """The ends of lines within a range of bytes: LF, CRLF or CR."""

    uri: str
    start: int
    end: int

    def count(self) -> int:
        """How many there are; one is where its last byte is."""
        return sum(self._within(start) for start in range(self.start, self.end, BLOCK))

    def _within(self, start: int) -> int:
        size = min(BLOCK, self.end - start)
        # The byte after tells whether a CR at the end stands alone.
        return ends.count(objects.read_range(self.uri, start, size + 1), size)
