"""Rows that a load refused, mended by hand, as a load of their own beside what it applied."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stagecoach import aws
from stagecoach.arrive import look
from stagecoach.dataset import Dataset
from stagecoach.depot import Depot
from stagecoach.errors import Permanent

BY_LINE = ("csv", "jsonl")


@dataclass(frozen=True)
class MendedRow:
    """The text of one row, and the line of the load's file that it stands for."""

    line: int
    raw: str

    @classmethod
    def read(cls, told: Any) -> MendedRow:
        """Raises Permanent for what is no `{"line": 7, "raw": "1,a"}`."""
        try:
            row = cls(int(told["line"]), str(told["raw"]).rstrip("\r\n"))
        except (KeyError, TypeError, ValueError) as error:
            raise Permanent(
                f"{told!r} is no mended row - a row has a line (a number) and its raw text"
            ) from error
        if not row.raw.strip():
            raise Permanent(f"line {row.line} has no text - leave it out if it is not to be loaded")
        return row


def mend(depot: Depot, dataset: Dataset, old: dict[str, Any], told: Sequence[Any]) -> str:
    """Pin the mended rows of the load `old` and queue a load of them; answers its id.

    The id comes of the rows: the same rows are one load, however often they are sent. Raises
    FileRefused when they are not what the dataset declares, Permanent when they cannot be applied
    beside what `old` applied.
    """
    rows = sorted((MendedRow.read(each) for each in told), key=lambda row: row.line)
    lines = [row.line for row in rows]
    _check_lines(lines)
    data = as_file(dataset, old, rows)
    mended_id = str(uuid.uuid5(uuid.UUID(old["load_id"]), json.dumps([lines, data.hex()])))
    name = f"data.{dataset.source.format}"
    pinned_key = f"{mended_id}/{name}"
    aws.write_uri(f"s3://{depot.settings.pinned}/{pinned_key}", data)
    facts = {**look(dataset, name, depot.settings.pinned, pinned_key), "pinned_key": pinned_key}
    begun = depot.ledger.mend(
        old["load_id"], mended_id, lines, facts, fills_whole=fills_whole(dataset)
    )
    return str(begun["load_id"])


def fills_whole(dataset: Dataset) -> bool:
    """Whether a file of this dataset says what is true of every key, also of those it lacks."""
    return dataset.load.mode in ("snapshot", "replace") or dataset.load.deletes == "close"


def as_file(dataset: Dataset, old: dict[str, Any], rows: Sequence[MendedRow]) -> bytes:
    """The rows as a file that reads as the one they come from: its header, its encoding."""
    source = dataset.source
    if source.format not in BY_LINE:
        raise Permanent(
            f"a {source.format} file has no lines to mend - mend it where it comes from and send it"
        )
    text = "".join(f"{row.raw}\n" for row in rows)
    if source.format == "csv":
        text = _around(dataset, old, text)
    encoding = source.csv.encoding if source.format == "csv" else "utf-8"
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        found = text[error.start : error.end]
        raise Permanent(
            f"{found!r} cannot be written in {encoding}, which the file is in - mend it otherwise"
        ) from error


def _around(dataset: Dataset, old: dict[str, Any], rows: str) -> str:
    """What a reader of the file passes over stands around the rows: as lines with a dash."""
    style = dataset.source.csv
    header = _header(dataset, old) if style.header else ""
    return "-\n" * style.skip_lines + header + rows + "-\n" * style.skip_footer


def _header(dataset: Dataset, old: dict[str, Any]) -> str:
    names = (old.get("facts") or {}).get("header")
    if not names:
        raise Permanent(
            f"the header of load {old['load_id']} was not noted - replay the whole load first"
        )
    style, line = dataset.source.csv, io.StringIO()
    csv.writer(
        line, delimiter=style.delimiter, quotechar=style.quote or '"', lineterminator="\n"
    ).writerow(names)
    return line.getvalue()


def _check_lines(lines: list[int]) -> None:
    if not lines:
        raise Permanent("there are no mended rows - nothing was loaded")
    twice = sorted({line for line in lines if lines.count(line) > 1})
    if twice:
        raise Permanent(f"line {twice[0]} is there more than once - keep one text of each line")
