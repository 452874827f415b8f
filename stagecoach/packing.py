"""Files that come compressed: what their names say, how much they may hold, what a zip is.

The limits stand here alone. The sniffer holds the beginning of a file to them, the job all of it.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from stagecoach.errors import FileRefused

ENDINGS = {".gz": "gzip", ".zip": "zip", ".zst": "zstd"}
ARCHIVES = (*ENDINGS, ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".lz4")
GZIP = 16 + zlib.MAX_WBITS  # zlib's word for the format of gzip
LARGEST = 64 * 2**30  # bytes that a file may hold, unpacked
RATIO_MOST = 200  # text rarely shrinks twentyfold, deflate cannot do more than 1,032
HARMLESS = 2**20  # unpacked bytes below which no ratio matters
WORKBOOK_MOST = 2**30  # of those, in a workbook: its texts are held in memory
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DIRECTORY_MOST = 2**20  # bytes of a zip's directory; one member wants about a hundred
BESIDE = ("__MACOSX", ".DS_Store", "Thumbs.db")  # what no sender means to send
READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1  # the bit of a member's flags
ZIP64 = 2**32 - 1  # where a number stands elsewhere
SLICE = 2**20

Read = Callable[[int, int], bytes]  # (offset, length) -> bytes


def packing(name: str) -> str | None:
    """The compression that a name says: gzip, zip, zstd or None."""
    return ENDINGS.get(ending(name))


def ending(name: str) -> str:
    """The last part of a name, in small letters: `.gz`."""
    return PurePosixPath(name.lower()).suffix


class Grown:
    """Holds what comes out of a packed file of `size` bytes to the limits."""

    def __init__(self, what: str, size: int) -> None:
        self._what, self._size, self._bytes = what, size, 0

    @property
    def most(self) -> int:
        """The bytes that it may hold."""
        return min(LARGEST, max(HARMLESS, RATIO_MOST * self._size))

    def by(self, count: int) -> None:
        """Count some more bytes. Raises FileRefused when they are too many."""
        self._bytes += count
        if self._bytes <= self.most:
            return
        if self.most == LARGEST:
            raise FileRefused(
                f"the {self._what} file holds more than {LARGEST:,} bytes - wanted fewer; "
                "send it in parts"
            )
        raise FileRefused(
            f"the {self._what} file grows more than {RATIO_MOST} times - wanted ordinary text; "
            "if it is right, send it uncompressed"
        )

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, each counted before it goes on."""
        for chunk in chunks:
            self.by(len(chunk))
            yield chunk


class Ranges(io.RawIOBase):
    """An object of `size` bytes as a file, read by ranges."""

    def __init__(self, size: int, read: Read) -> None:
        self._size, self._read, self._place = size, read, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere; answers where. Raises ValueError before the beginning."""
        place = offset + (0, self._place, self._size)[whence]
        if place < 0:
            raise ValueError(f"byte {place} is before the file")
        self._place = place
        return place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer as far as the object goes; answers how far."""
        length = max(0, min(len(buffer), self._size - self._place))
        data = self._read(self._place, length) if length else b""
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)


def opened(what: str, size: int, read: Read, slice_: int = SLICE) -> zipfile.ZipFile:
    """An object as a zip. `what` names it in sentences: `zip` or `xlsx`.

    Raises FileRefused when it is none, when it holds too much, or when its directory is absurd.
    """
    _check_directory(what, size, read)
    try:
        archive = zipfile.ZipFile(io.BufferedReader(Ranges(size, read), slice_))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise broken(what, str(error)) from None
    grown = Grown(what, size)
    for info in archive.infolist():
        _check_member(what, info)
        grown.by(info.file_size)
    return archive


def workbook(size: int, read: Read) -> zipfile.ZipFile:
    """An Excel workbook as a zip. Raises FileRefused when it is none, or holds too much."""
    start = read(0, 8)
    if start.startswith(OLE):
        raise FileRefused(
            "the file is an old Excel workbook (.xls), or one with a password - wanted .xlsx "
            "without one; save it as that"
        )
    if not start.startswith(b"PK"):
        raise FileRefused(
            f"the file is no Excel workbook, it begins with {start!r} - wanted .xlsx; "
            "look at what the sender exports"
        )
    archive = opened("xlsx", size, read, 2**16)
    if "xl/workbook.xml" not in archive.namelist():
        raise FileRefused(
            "the file is a zip archive without xl/workbook.xml - wanted an Excel workbook (.xlsx); "
            "save it as that"
        )
    total = sum(info.file_size for info in archive.infolist())
    if total > WORKBOOK_MOST:
        raise FileRefused(
            f"the xlsx file holds {total:,} bytes unpacked - wanted at most {WORKBOOK_MOST:,}; "
            "send it in parts, or as csv"
        )
    return archive


def check_types(archive: zipfile.ZipFile) -> None:
    """Raises FileRefused for a member that could define entities, which grow when they are read."""
    for info in archive.infolist():
        with archive.open(info) as file:
            if b"<!DOCTYPE" in file.read(4096):
                raise FileRefused(
                    f"{info.filename[:60]!r} in the xlsx file declares a document type - wanted "
                    "what Excel writes; look at where the file comes from"
                )


def member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one member that is data. Raises FileRefused when there is none or more, or a nested."""
    data = [info for info in archive.infolist() if not _is_beside(info)]
    if len(data) != 1:
        names = ", ".join(repr(info.filename[:60]) for info in data[:4]) or "none"
        more = f" and {len(data) - 4} more" if len(data) > 4 else ""
        raise FileRefused(
            f"the zip file holds {len(data)} data files ({names}{more}) - wanted exactly one; "
            "send each as a file of its own"
        )
    if ending(data[0].filename) in ARCHIVES:
        raise FileRefused(
            f"the zip file holds another archive, {data[0].filename[:60]!r} - wanted the data "
            "itself; send it packed once"
        )
    return data[0]


def broken(what: str, reason: str) -> FileRefused:
    """The refusal of a zip that does not open or unpack."""
    return FileRefused(
        f"the {what} file is broken or ends early ({reason[:100]}) - wanted a whole one; "
        "send it again"
    )


def _check_directory(what: str, size: int, read: Read) -> None:
    """The size of the directory stands at the end, before a comment of at most 65,535 bytes."""
    start = max(0, size - 65_535 - 22)
    tail = read(start, size - start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise broken(what, "it has no directory at its end")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if length == ZIP64:
        at = tail.rfind(b"PK\x06\x06", 0, at)
        length = int.from_bytes(tail[at + 40 : at + 48], "little") if at >= 0 else length
    if length > DIRECTORY_MOST:
        raise FileRefused(
            f"the {what} file has a directory of {length:,} bytes - wanted at most "
            f"{DIRECTORY_MOST:,}; look at what the sender packs"
        )


def _check_member(what: str, info: zipfile.ZipInfo) -> None:
    name = info.filename
    if info.flag_bits & ENCRYPTED:
        raise FileRefused(
            f"{name[:60]!r} in the {what} file is encrypted - wanted no password; "
            "send it without one"
        )
    path = info.orig_filename.replace("\\", "/")
    tricky = "\0" in path or path.startswith("/") or ":" in path or ".." in path.split("/")
    if tricky or stat.S_ISLNK(info.external_attr >> 16):
        raise FileRefused(
            f"{info.orig_filename[:60]!r} in the {what} file leads out of it - wanted plain names; "
            "look at where the file comes from"
        )
    if info.compress_type not in READABLE:
        raise FileRefused(
            f"{name[:60]!r} in the {what} file is packed by method {info.compress_type} - wanted "
            "deflate; pack it as every zip program does by default"
        )


def _is_beside(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or any(part in BESIDE for part in parts)
