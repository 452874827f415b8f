"""The formats that are not delimited text: JSON, JSON lines and Parquet."""

from __future__ import annotations

import codecs
import json

from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused
from stagecoach.jsondocument import Document, EndsEarly
from stagecoach.packing import Read
from stagecoach.sniff import magic
from stagecoach.sniff.header import shown
from stagecoach.sniff.peek import Peek

PARQUET = b"PAR1"
FOOTER = 8  # bytes: the length of the metadata, and the magic again


def check_jsonl(dataset: Dataset, peek: Peek) -> dict[str, object]:
    """The facts about JSON lines. Raises FileRefused when the first line is not such an object."""
    text = peek.head.removeprefix(magic.UTF8_MARK)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise FileRefused("the file has only empty lines - wanted one JSON object on every line")
    whole_line = peek.whole or b"\n" in text
    try:
        first = json.loads(lines[0]) if whole_line else {}
    except ValueError as error:
        what = "a JSON array over many lines" if lines[0][:1] == b"[" else f"no JSON ({error})"
        raise FileRefused(
            f"the first line is {what} - wanted one JSON object on every line"
        ) from None
    if not isinstance(first, dict):
        kind = "a JSON array" if isinstance(first, list) else "a JSON value"
        raise FileRefused(f"the first line is {kind} - wanted one JSON object on every line")
    if whole_line:
        _check_keys(dataset, first)
    return {"header": list(first)}


def check_json(dataset: Dataset, peek: Peek) -> dict[str, object]:
    """The facts about a JSON document, as far as it is seen.

    Raises FileRefused when its records are not where they should be, or the first is no object of
    the declared keys.
    """
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(peek.head, final=False)
    found = Document([text], dataset.source.json.keys).records()
    try:
        first = next(found, None)
    except EndsEarly:
        if peek.whole:
            raise
        return {}  # the first record goes on behind what was seen
    if first is None:
        return {"rows": 0}
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return {}  # a row, and a bad one
    if not isinstance(record, dict):
        raise FileRefused(
            f"the first record is {first[:40]!r} - wanted an array of objects; look at what the "
            "sender exports"
        )
    _check_keys(dataset, record)
    return {"header": list(record)}


def _check_keys(dataset: Dataset, record: dict[str, object]) -> None:
    """Raises FileRefused when no key is a declared one."""
    wanted = [str(column.source) for column in dataset.file_columns]
    if set(record).isdisjoint(wanted):
        found = shown(list(record)) or "nothing"
        raise FileRefused(f"the first object has {found} - wanted {shown(wanted)}")


def check_parquet(size: int, read: Read) -> dict[str, object]:
    """The facts about a Parquet file. Raises FileRefused when its ends are not those of one."""
    head = read(0, min(size, 1024))
    if not head.startswith(PARQUET):
        what = magic.kind(head) or f"no Parquet, it begins with {head[:16]!r}"
        raise FileRefused(f"the file is {what} - wanted Parquet; send it as that")
    footer = read(max(0, size - FOOTER), min(size, FOOTER))
    length = int.from_bytes(footer[:4], "little")
    if size < len(PARQUET) + FOOTER or not footer.endswith(PARQUET):
        raise FileRefused(
            f"the Parquet file ends after {size} bytes without its footer - wanted all of it; "
            "it was cut short on its way, send it again"
        )
    if not 0 < length <= size - len(PARQUET) - FOOTER:
        raise FileRefused(
            f"the Parquet file has a footer of {length} bytes in a file of {size} - wanted one "
            "that fits; send it again"
        )
    return {}
