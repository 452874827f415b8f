"""The beginning and the end of a file, unpacked where it is gzip or zip."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass

from stagecoach import packing
from stagecoach.errors import FileRefused
from stagecoach.packing import Grown, Read
from stagecoach.sniff import magic

RANGE = 64 * 1024
LINE_MOST = 1024 * 1024  # bytes of one line; Spark keeps a line in memory many times over


@dataclass(frozen=True)
class Peek:
    """What was seen of a file, decompressed; `whole` when `head` is all of it.

    `tail` starts at byte `tail_at` of the file, and is empty for a packed one, whose end tells
    nothing.
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

    Raises FileRefused when it is broken, cut short, or grows beyond what `packing` allows.
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


def zip_(size: int, read: Read) -> Peek:
    """The beginning of the one data file in a zip.

    Raises FileRefused when it is broken, encrypted, grows beyond what `packing` allows, or when
    there is not exactly one.
    """
    with packing.opened("zip", size, read, RANGE) as archive:
        member = packing.member(archive)
        try:
            with archive.open(member) as file:
                head = file.read(RANGE)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise packing.broken("zip", str(error)) from None
    return Peek(head, len(head) == member.file_size)


def _inflate(packed: bytes) -> tuple[bytes, bool, bytes]:
    """The text of one or more gzip members, whether the last one ended, and what is behind it."""
    grown = Grown("gzip", len(packed))
    parts: list[bytes] = []
    rest, seen, ended = packed, 0, True
    while rest and (parts == [] or rest.startswith(magic.PACKED["gzip"])):
        member = zlib.decompressobj(packing.GZIP)
        try:
            part = member.decompress(rest, grown.most - seen + 1)
        except zlib.error as error:
            raise FileRefused(
                f"the gzip file is broken ({_reason(error)}) - wanted one that gunzip takes; "
                "send it again"
            ) from None
        seen += len(part)
        grown.by(len(part))
        parts.append(part)
        rest, ended = member.unused_data.lstrip(b"\0"), member.eof
    return b"".join(parts), ended, rest if ended else b""


def _reason(error: zlib.error) -> str:
    return str(error).split(": ")[-1]
