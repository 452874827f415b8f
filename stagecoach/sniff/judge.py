"""The whole judgement, in the order in which an answer is likeliest to be understood."""

from __future__ import annotations

from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused
from stagecoach.sniff import header, magic, names, peek, records, text
from stagecoach.sniff.peek import Peek, Read

Facts = dict[str, object]


def sniff(dataset: Dataset, name: str, size: int, read: Read) -> Facts:
    """The facts about a file: format, compression, encoding, newline, header, rows (0 or None).

    `name` is its key, `size` its bytes, `read(offset, length)` one range of it. At most a few
    ranges are read, about 1.2 MB. Raises FileRefused: what was found, what was wanted, what to do.
    """
    if size == 0:
        raise FileRefused("the file is empty (0 bytes) - wanted at least a header; send it again")
    names.check_extension(dataset, name)
    facts: Facts = {
        "format": dataset.source.format,
        "size": size,
        "compression": None,
        "rows": None,
    }
    if dataset.source.format == "parquet":
        return {**facts, **records.check_parquet(size, read)}
    if names.gzipped(name):
        facts["compression"] = "gzip"
    seen = _seen(name, size, read)
    if dataset.source.format == "jsonl":
        facts |= {"encoding": "utf-8", "bom": text.check_encoding(seen, "utf-8")}
        text.check_lines(seen)
        return {**facts, **records.check_jsonl(dataset, seen)}
    return {**facts, **_delimited(dataset, seen)}


def _seen(name: str, size: int, read: Read) -> Peek:
    """What there is to see. Raises FileRefused when it is no text."""
    start = read(0, min(size, 1024))
    what = magic.kind(start)
    if names.gzipped(name):
        if not start.startswith(peek.GZIP_MAGIC):
            raise FileRefused(
                f"the file is named .gz but is {what or 'plain text'} - wanted gzip; compress it, "
                "or name it without .gz"
            )
        seen = peek.gzip(size, read)
        what = magic.kind(seen.head)
        if not seen.head:
            raise FileRefused("the gzip file holds nothing - wanted at least a header")
    else:
        if what == "gzip data":
            raise FileRefused(
                "the file is gzip data - wanted plain text; name it .gz if it is meant"
            )
        seen = peek.plain(size, read)
    if what is not None:
        raise FileRefused(f"the file is {what} - wanted text; look at what the sender exports")
    return seen


def _delimited(dataset: Dataset, seen: Peek) -> Facts:
    style = dataset.source.csv
    marked = text.check_encoding(seen, style.encoding)
    text.check_lines(seen)
    visible = seen.head.decode(style.encoding, "ignore").removeprefix("\ufeff")
    if not visible.strip("\r\n"):
        raise FileRefused("the file has only empty lines - wanted at least a header; send it again")
    newline = text.newline(visible)
    if newline == "cr" and style.multiline:
        raise FileRefused(
            "lines end with CR alone - wanted LF or CRLF, since source.csv.multiline lets a field "
            "hold CR; have the sender mend it, or declare multiline: false"
        )
    facts: Facts = {"encoding": style.encoding, "bom": marked, "newline": newline}
    first = header.first_record(visible, style)
    if style.header:
        facts |= header.check(dataset, first, visible)
    else:
        header.check_width(dataset, first)
    if seen.whole and not header.has_rows(visible, style):
        facts["rows"] = 0
    return facts
