"""The whole judgement, in the order in which an answer is likeliest to be understood."""

from __future__ import annotations

from stagecoach import packing
from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused
from stagecoach.packing import Read
from stagecoach.sniff import header, magic, names, peek, records, text
from stagecoach.sniff.peek import Peek

Facts = dict[str, object]


def sniff(dataset: Dataset, name: str, size: int, read: Read) -> Facts:
    """The facts about a file: format, compression, encoding, newline, header, rows (0 or None).

    `name` is its key, `size` its bytes, `read(offset, length)` one range of it. At most a few
    ranges are read, about 1.2 MB. Raises FileRefused: what was found, what was wanted, what to do.
    """
    if size == 0:
        return _empty(dataset)
    names.check_extension(dataset, name)
    facts: Facts = {
        "format": dataset.source.format,
        "size": size,
        "compression": None,
        "rows": None,
    }
    if dataset.source.format == "parquet":
        return {**facts, **records.check_parquet(size, read)}
    if dataset.source.format == "xlsx":
        packing.workbook(size, read).close()
        return facts
    what = facts["compression"] = packing.packing(name)
    _check_packing(what, read(0, min(size, 1024)))
    if what == "zstd":
        return facts  # the standard library cannot look inside; the job does
    seen = _seen(what, size, read)
    if dataset.source.format == "jsonl":
        facts |= {"encoding": "utf-8", "bom": text.check_encoding(seen, "utf-8")}
        text.check_lines(seen)
        return {**facts, **records.check_jsonl(dataset, seen)}
    if dataset.source.format == "json":
        facts |= {"encoding": "utf-8", "bom": text.check_encoding(seen, "utf-8")}
        return {**facts, **records.check_json(dataset, seen)}
    return {**facts, **_delimited(dataset, seen)}


def _empty(dataset: Dataset) -> Facts:
    """The facts about a file of no bytes. Raises FileRefused unless the declaration takes it."""
    if dataset.load.empty != "accept" or dataset.source.format not in ("csv", "jsonl"):
        raise FileRefused("the file is empty (0 bytes) - wanted at least a header; send it again")
    return {"format": dataset.source.format, "size": 0, "compression": None, "rows": 0}


def _check_packing(what: str | None, start: bytes) -> None:
    """Raises FileRefused when a file begins otherwise than its name says."""
    kind = magic.kind(start)
    if what is not None and not start.startswith(magic.PACKED[what]):
        ending = next(ending for ending, named in packing.ENDINGS.items() if named == what)
        raise FileRefused(
            f"the file is named {ending} but is {kind or 'plain text'} - wanted {what}; compress "
            f"it, or name it without {ending}"
        )
    if what is None and kind == "gzip data":
        raise FileRefused("the file is gzip data - wanted plain text; name it .gz if it is meant")
    if what is None and kind is not None:
        raise _no_text(kind)


def _seen(what: str | None, size: int, read: Read) -> Peek:
    """What there is to see. Raises FileRefused when it is no text."""
    if what is None:
        return peek.plain(size, read)
    seen = peek.gzip(size, read) if what == "gzip" else peek.zip_(size, read)
    if not seen.head:
        raise FileRefused(f"the {what} file holds nothing - wanted at least a header")
    if kind := magic.kind(seen.head):
        raise _no_text(kind)
    return seen


def _no_text(kind: str) -> FileRefused:
    return FileRefused(f"the file is {kind} - wanted text; look at what the sender exports")


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
    shown = header.below(visible, style) if style.skip_lines else visible
    if shown is None and not seen.whole:
        return facts  # the lines to skip go on behind what was seen
    if shown is None:
        wanted = "a header" if style.header else "rows"
        raise FileRefused(
            f"the file has no more than {style.skip_lines} lines - wanted {wanted} below as many, "
            "as source.csv.skip_lines says; have the sender mend it, or change that"
        )
    visible = shown
    first = header.first_record(visible, style)
    if style.header:
        facts |= header.check(dataset, first, visible)
    else:
        header.check_width(dataset, first)
    if seen.whole and not header.has_rows(visible, style):
        facts["rows"] = 0
    return facts
