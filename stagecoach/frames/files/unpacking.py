"""Packed files undone on the workers, as streams that are held to the limits of `packing`."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import partial

import pyarrow as pa

from stagecoach import packing
from stagecoach.errors import FileRefused
from stagecoach.frames import objects
from stagecoach.packing import Grown, Ranges
from stagecoach.sniff import magic

BROKEN = "the compressed file is broken or ends early, a whole file was wanted - have it sent again"
ZSTD_SAYS = ("ZSTD", "Truncated")  # how Arrow's sentences about the file begin


def unpacked(what: str, uri: str, chunk: int) -> Iterator[bytes]:
    """What a gzip, zip or zstd file holds, at most `chunk` bytes at a time.

    Raises FileRefused for one that is broken, grows too much, or holds another archive.
    """
    size = objects.size(uri)
    streams = {"gzip": _gzip, "zip": _zip, "zstd": _zstd}
    return _text(what, Grown(what, size).watched(streams[what](uri, size, chunk)))


def ranges(uri: str, size: int) -> Ranges:
    """An object as a file."""
    return Ranges(size, partial(objects.read_range, uri))


def _text(what: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, of which the first must look like text."""
    seen = False
    for data in chunks:
        if data and not seen:
            seen = True
            if inside := magic.kind(data[:1024]):
                raise FileRefused(
                    f"the {what} file holds {inside} - wanted text, packed once; "
                    "look at what the sender exports"
                )
        yield data


def _gzip(uri: str, size: int, chunk: int) -> Iterator[bytes]:
    """Its members, one behind the other."""
    member = zlib.decompressobj(packing.GZIP)
    for start in range(0, size, chunk):
        packed = objects.read_range(uri, start, chunk)
        while packed:
            if member.eof:
                member = zlib.decompressobj(packing.GZIP)
            try:
                yield member.decompress(packed, chunk)
            except zlib.error:
                raise FileRefused(BROKEN) from None
            # Zeros behind a member are padding.
            packed = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
    if not member.eof:
        raise FileRefused(BROKEN)


def _zip(uri: str, size: int, chunk: int) -> Iterator[bytes]:
    """Its one member."""
    with packing.opened(
        "zip", size, lambda at, length: objects.read_range(uri, at, length)
    ) as all_:
        try:
            with all_.open(packing.member(all_)) as file:
                while data := file.read(chunk):
                    yield data
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise packing.broken("zip", str(error)) from None


def _zstd(uri: str, size: int, chunk: int) -> Iterator[bytes]:
    """Its frames, one behind the other."""
    packed = pa.PythonFile(io.BufferedReader(ranges(uri, size), packing.SLICE), mode="r")
    file = pa.CompressedInputStream(packed, "zstd")
    try:
        while data := file.read(chunk):
            yield data
    except OSError as error:
        if str(error).startswith(ZSTD_SAYS):
            raise FileRefused(BROKEN) from None
        raise
