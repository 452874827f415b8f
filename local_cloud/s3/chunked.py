"""The two ways a body comes: plain, or `aws-chunked` with signatures and trailing checksums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from local_cloud.s3.versions import PIECE

Trailers = dict[str, str]


class Incomplete(Exception):
    """The stream ended early."""


def pieces(
    stream: IO[bytes], length: int | None, trailers: Trailers, *, chunked: bool
) -> Iterator[bytes]:
    """The decoded body; `trailers` is filled at its end.

    `length` is the encoded length, None for a stream that ends by itself. Raises Incomplete.
    """
    source = _Limited(stream, length)
    return _decoded(source, trailers) if chunked else _plain(source, length)


class _Limited:
    """A socket's file must not be read beyond the request's length."""

    def __init__(self, stream: IO[bytes], length: int | None) -> None:
        self.stream = stream
        self.left = length

    def read(self, size: int) -> bytes:
        wanted = size if self.left is None else min(size, self.left)
        piece = self.stream.read(wanted) if wanted else b""
        self._took(piece)
        return piece

    def line(self) -> bytes:
        limit = PIECE if self.left is None else min(PIECE, self.left)
        line = self.stream.readline(limit) if limit else b""
        self._took(line)
        return line.rstrip(b"\r\n")

    def _took(self, piece: bytes) -> None:
        if self.left is not None:
            self.left -= len(piece)


def _plain(source: _Limited, length: int | None) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece
    if length is not None and source.left:
        raise Incomplete


def _decoded(source: _Limited, trailers: Trailers) -> Iterator[bytes]:
    while left := _size(source.line()):
        while left:
            piece = source.read(min(PIECE, left))
            if not piece:
                raise Incomplete
            left -= len(piece)
            yield piece
        source.line()
    while line := source.line():
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()
    while source.left and source.read(PIECE):
        pass


def _size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0], 16)
    except ValueError:
        raise Incomplete from None
