"""The files that hold bodies: written once, then only read, linked and deleted."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local_cloud import context

PIECE = 1 << 20


@dataclass(frozen=True)
class Body:
    """A body that is already a file of ours; it stands where moto passes bytes around."""

    name: str
    size: int
    etag: str

    def __bool__(self) -> bool:
        return True


def prepare() -> None:
    """Make the directory."""
    folder().mkdir(exist_ok=True)


def folder() -> Path:
    """Where all versions are."""
    return context.current().state / "versions"


def path(name: str) -> Path:
    """The file of a version."""
    return folder() / name[:2] / name


def new() -> str:
    """The name of a version to be written."""
    name = uuid.uuid4().hex
    path(name).parent.mkdir(exist_ok=True)
    return name


def write(content: bytes) -> Body:
    """Keep some bytes."""
    name = new()
    path(name).write_bytes(content)
    return Body(name, len(content), _md5(content).hexdigest())


def link(source: Path, etag: str) -> Body:
    """Keep a file that exists already, without reading it."""
    name = new()
    os.link(source, path(name))
    return Body(name, path(name).stat().st_size, etag)


def part_of(source: Path, begin: int, length: int) -> Body:
    """Keep a range of a file."""
    name, digest = new(), _md5()
    with path(name).open("wb") as out:
        for piece in read(source, begin, length):
            digest.update(piece)
            out.write(piece)
    return Body(name, path(name).stat().st_size, digest.hexdigest())


def join(sources: list[Path], etag: str) -> Body:
    """Keep several files as one."""
    name = new()
    with path(name).open("wb") as out:
        for source in sources:
            with source.open("rb") as part:
                _append(part, out)
    return Body(name, path(name).stat().st_size, etag)


def read(file: Path, begin: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The pieces of a file, or of a range of it."""
    whole = file.stat().st_size if length is None else length
    yield from pieces(file.open("rb"), begin, whole)


def pieces(source: IO[bytes], begin: int, length: int) -> Iterator[bytes]:
    """The pieces of a range of an open file, which is closed at its end."""
    with source:
        source.seek(begin)
        while length > 0 and (piece := source.read(min(PIECE, length))):
            length -= len(piece)
            yield piece


def delete(name: str) -> None:
    """Remove a version's file; links of it elsewhere stay."""
    path(name).unlink(missing_ok=True)


def _append(part: IO[bytes], out: IO[bytes]) -> None:
    """Copy inside the kernel where it can."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfileobj(part, out, PIECE)
        return
    left = os.fstat(part.fileno()).st_size
    out.flush()
    while left > 0:
        copied = os.copy_file_range(part.fileno(), out.fileno(), left)
        if copied == 0:
            raise OSError("a part became shorter while it was read")
        left -= copied
    out.seek(0, os.SEEK_END)


def _md5(content: bytes = b"") -> hashlib._Hash:
    return hashlib.md5(content, usedforsecurity=False)  # what an ETag is
