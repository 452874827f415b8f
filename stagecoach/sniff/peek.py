"""The beginning and the end of a file, decompressed where it is gzip."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from stagecoach.errors import FileRefused

Read = Callable[[int, int], bytes]  # (offset, length) -> bytes

RANGE = 64 * 1024
LINE_MOST = 1024 * 1024  # bytes of one line; Spark keeps a line in memory many times over
RATIO_MOST = 200  # text rarely shrinks twentyfold, deflate cannot do more than 1,032
HARMLESS = 1024 * 1024  # decompressed bytes below which no ratio matters
GZIP_MAGIC = b"\x1f\x8b"
GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Peek:
    """What was seen of a file, decompressed; `whole` when `head` is all of it.

    `tail` starts at byte `tail_at` of the file, and is empty for gzip, whose end tells nothing.
    """

    head: bytes
    whole: bool
    tail: bytes = b""
    tail_at: int = 0


def plain(size: int, read: Read) -> Peek:
    """The ends of a file that is not compressed; more of the beginning while a line goes on."""
    head = read(0, min(size, RANGE))
    if size <= RANGE:
        return Peek(head, whole=True)
    if len(head) - head.rfind(b"\n") > RANGE // 2:
        head = read(0, min(size, RANGE + LINE_MOST))
    start = max(len(head), size - RANGE)
    return Peek(head, len(head) == size, read(start, size - start) if start < size else b"", start)


def gzip(size: int, read: Read) -> Peek:
    """The beginning of a gzip file, decompressed.

    Raises FileRefused when it is broken, cut short, or grows beyond RATIO_MOST.
    """
    whole = size <= RANGE
    head, ended, rest = _inflate(read(0, min(size, RANGE)))
    if whole and rest:
        raise FileRefused(
            f"the gzip file has {len(rest)} bytes behind its end - wanted nothing there; "
            "send it again"
        )
    if whole and not ended:
        raise FileRefused(
            f"the gzip file ends after {size} bytes in the middle of its data - wanted all of it; "
            "it was cut short on its way, send it again"
        )
    return Peek(head, whole)


def _inflate(packed: bytes) -> tuple[bytes, bool, bytes]:
    """The text of one or more gzip members, whether the last one ended, and what is behind it."""
    most = max(HARMLESS, RATIO_MOST * len(packed))
    parts: list[bytes] = []
    rest, grown, ended = packed, 0, True
    while rest and (parts == [] or rest.startswith(GZIP_MAGIC)):
        member = zlib.decompressobj(GZIP)
        try:
            part = member.decompress(rest, most - grown + 1)
        except zlib.error as error:
            raise FileRefused(
                f"the gzip file is broken ({_reason(error)}) - wanted one that gunzip takes; "
                "send it again"
            ) from None
        grown += len(part)
        if grown > most:
            raise FileRefused(
                f"the gzip file grows more than {RATIO_MOST} times - wanted ordinary text; "
                "if it is right, send it uncompressed"
            )
        parts.append(part)
        rest, ended = member.unused_data.lstrip(b"\0"), member.eof
    return b"".join(parts), ended, rest if ended else b""


def _reason(error: zlib.error) -> str:
    return str(error).split(": ")[-1]
