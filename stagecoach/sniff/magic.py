"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

BINARIES = (
    (b"PAR1", "a Parquet file"),
    (b"PARE", "an encrypted Parquet file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a rar archive"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
)
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
PACKED: dict[str, tuple[bytes, ...]] = {  # zstd may begin with one of 16 skippable frames
    "gzip": (b"\x1f\x8b",),
    "zip": ZIP,
    "zstd": (b"\x28\xb5\x2f\xfd", *(bytes([n]) + b"\x2a\x4d\x18" for n in range(0x50, 0x60))),
}
HTML = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
XML = re.compile(rb"^\s*<\?xml\b|^\s*<Error>", re.IGNORECASE)
TITLE = re.compile(rb"<(?:title|h1)[^>]*>\s*([^<]{1,60})", re.IGNORECASE)
BYTE_ORDER_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
UTF8_MARK = b"\xef\xbb\xbf"


def kind(head: bytes) -> str | None:
    """What the bytes are, as part of a sentence; None when they may be text."""
    if head.startswith(ZIP):
        return (
            "an Excel workbook" if b"xl/" in head or b"[Content_Types]" in head else "a zip archive"
        )
    for magic, what in BINARIES:
        # "ORC" alone may begin a header; the file format is never followed by a letter
        if head.startswith(magic) and not (magic == b"ORC" and head[3:4].isalpha()):
            return what
    if HTML.match(head):
        title = TITLE.search(head)
        said = f" that says {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
        return f"an HTML page{said}"
    return "an XML document" if XML.match(head) else None


def wide_encoding(head: bytes) -> str | None:
    """utf-16 or utf-32 when the bytes are that, by their mark or by their zero bytes."""
    for mark, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    sample = head[:1024]
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    return "utf-16" if len(sample) >= 8 and max(zeros) > len(sample) // 4 else None
