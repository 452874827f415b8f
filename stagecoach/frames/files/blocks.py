"""A file's bytes as the workers take them: plain, in UTF-8 where they were wide, in whole lines."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from stagecoach import packing
from stagecoach.errors import FileRefused
from stagecoach.frames import objects
from stagecoach.frames.files import ends, unpacking

CHUNK = 8 * 2**20
BOM = b"\xef\xbb\xbf"
# Two bytes or more per character: a line feed's byte may be half of another character.
WIDE = ("utf-16", "utf-32", "utf16", "utf32", "ucs-2", "utf_16", "utf_32")


@dataclass(frozen=True)
class Block:
    """Whole lines; `first` is the number of the first of them.

    `beside`: they are above the header, or below the last row.
    """

    first: int
    data: bytes
    beside: bool = False

    @property
    def lines(self) -> int:
        """How many lines; the last one may lack its end."""
        return self.data.count(b"\n") + (not self.data.endswith(b"\n"))

    def cut(self, last: int) -> tuple[Block, ...]:
        """What goes as far as the line with this number, and what follows it."""
        if not self.first <= last < self.first + self.lines - 1:
            return (self,)
        end = -1
        for _ in range(last - self.first + 1):
            end = self.data.index(b"\n", end + 1)
        rest = replace(self, first=last + 1, data=self.data[end + 1 :])
        return replace(self, data=self.data[: end + 1]), rest


def is_wide(encoding: str) -> bool:
    """Whether the encoding must be decoded before its lines can be found."""
    return encoding.lower().startswith(WIDE)


def is_packed(uri: str) -> bool:
    """Whether the name says that the file is compressed."""
    return packing.packing(uri) is not None


def read(uri: str, start: int, end: int, encoding: str, spans: bool) -> Iterator[bytes]:
    """The lines that begin at `start` and end at `end`, some megabytes at a time.

    Line ends are LF, whatever they were; where records span lines (`spans`) they stay as written,
    for within quotes a carriage return belongs to the value. A packed file is unpacked, a wide
    encoding comes as UTF-8. Raises FileRefused for bytes that no retry mends.
    """
    chunks = pieces(uri, start, end)
    if is_wide(encoding):
        chunks = _narrow(chunks, encoding)
    for place, block in enumerate(whole_lines(chunks, spans)):
        lines = block if spans else ends.as_feeds(block)
        data = lines.removeprefix(BOM) if start == place == 0 else lines
        if data:
            yield data


def pieces(uri: str, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a file, or what it unpacks to, some megabytes at a time, cut anywhere.

    Raises FileRefused for bytes that no retry mends.
    """
    what = packing.packing(uri)
    return unpacking.unpacked(what, uri, CHUNK) if what else _chunks(uri, start, end)


def numbered(blocks: Iterable[bytes], before: int, skipped: int = 0) -> Iterator[Block]:
    """Blocks with the numbers of their first lines; the first `skipped` lines of the file are
    beside it, and the line below them is a block of its own.
    """
    first = before + 1
    for data in blocks:
        block = Block(first, data)
        first += block.lines
        for part in block.cut(skipped):
            for piece in part.cut(skipped + 1):
                yield replace(piece, beside=piece.first <= skipped)


def footed(blocks: Iterable[Block], count: int) -> Iterator[Block]:
    """The same blocks; the last `count` lines of them are beside the file."""
    held: deque[Block] = deque()
    lines = 0
    for block in blocks:
        held.append(block)
        lines += block.lines
        while lines - held[0].lines >= count:
            lines -= held[0].lines
            yield held.popleft()
    above = held[0].first + lines - count - 1 if held else 0
    for block in held:
        for piece in block.cut(above):
            yield replace(piece, beside=piece.beside or piece.first > above)


def whole_lines(chunks: Iterable[bytes], spans: bool) -> Iterator[bytes]:
    """Cut anew behind ends of lines."""
    rest: list[bytes] = []
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut == 0 and not spans:
            # What follows a carriage return at the very end may be its line feed.
            cut = chunk.rfind(b"\r", 0, -1) + 1
        if cut == 0:
            rest.append(chunk)
            continue
        yield b"".join([*rest, chunk[:cut]])
        rest = [chunk[cut:]]
    last = b"".join(rest)
    if last:
        yield last


def _chunks(uri: str, start: int, end: int) -> Iterator[bytes]:
    for place in range(start, end, CHUNK):
        yield objects.read_range(uri, place, min(CHUNK, end - place))


def _narrow(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """As UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    seen = 0
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
            seen += len(chunk)
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"the file is not {encoding} about byte {seen + error.start} ({error.reason}) - "
            f"declare the encoding that it has, or have it sent again"
        ) from None
