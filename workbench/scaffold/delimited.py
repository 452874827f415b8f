"""Delimited text whose way of writing nobody has said: it is found out, and said."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc_csv

from stagecoach.dataset import Csv
from stagecoach.errors import FileRefused
from stagecoach.sniff import magic
from stagecoach.sniff.header import DELIMITERS, LINE

LINES = 500  # that are looked at for the delimiter
PREAMBLE_MOST = 50
# A number, a date, an id or an address: what nobody calls a column.
VALUE = re.compile(r"[-+]?[0-9][0-9.,:/ \-]*|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-.*|\S+@\S+")

Columns = dict[str, pa.Array]


def read(name: str, data: bytes, *, whole: bool) -> tuple[Columns, dict[str, Any], list[str]]:
    """The columns, what `source.csv` must say, and remarks for people.

    Raises FileRefused for a text in which no rows are to be found.
    """
    encoding, text = _decoded(data)
    if not whole:
        text = text[: text.rfind("\n") + 1]
    lines = LINE.findall(text[:1_000_000])[:LINES]
    delimiter, width = _delimiter(lines)
    skip = _preamble(lines, delimiter, width)
    rows = [row for row in csv.reader(lines[skip:], delimiter=delimiter) if row]
    header = _is_header(rows)
    said = {
        "delimiter": delimiter,
        "header": header,
        "encoding": encoding,
        "multiline": _has_lines_in_fields(rows),
        "skip_lines": skip,
    }
    names = rows[0] if header else [f"column_{at}" for at in range(1, width + 1)]
    if len(set(names)) < len(names) or "" in (each.strip() for each in names):
        raise FileRefused(
            f"{name} has a header in which a name is missing or stands twice - "
            "wanted one name for each column; mend the sample's header"
        )
    columns, skipped = _columns("".join(LINE.findall(text)[skip:]), delimiter, names, header)
    if not len(next(iter(columns.values()))):
        raise FileRefused(f"{name} has no rows below its header - wanted a sample with some")
    remarks = [f"{skipped:,} lines have another number of fields; they are rejected"] * (
        skipped > 0
    )
    usual = Csv()
    return columns, {"csv": {k: v for k, v in said.items() if v != getattr(usual, k)}}, remarks


def _decoded(data: bytes) -> tuple[str, str]:
    wide = magic.wide_encoding(data)
    if wide is not None:
        return wide, data.decode(wide, "ignore")
    plain = data.removeprefix(magic.UTF8_MARK)
    try:
        return "utf-8", plain.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(plain) - error.start < 4:  # the sample was cut within a character
            return "utf-8", plain.decode("utf-8", "ignore")
    return "cp1252", plain.decode("cp1252", "replace")


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """The delimiter by which most lines have as many fields, more than one; and how many."""
    best = (0, 1, ",")
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        for width, count in widths.most_common(1):
            if width > 1:
                best = max(best, (count, width, delimiter))
    return best[2], best[1]


def _preamble(lines: list[str], delimiter: str, width: int) -> int:
    """How many lines stand above the first that has as many fields as most."""
    for at, line in enumerate(lines[: PREAMBLE_MOST + 1]):
        if len(next(csv.reader([line], delimiter=delimiter), [])) == width:
            return at
    return 0


def _is_header(rows: list[list[str]]) -> bool:
    """Names are no numbers, no ids and no addresses, and do not come again as values."""
    first, below = rows[0] if rows else [], rows[1:]
    named = [field.strip() for field in first if field.strip()]
    if not named or any(VALUE.fullmatch(field) for field in named):
        return False
    seen = [{row[at] for row in below if at < len(row)} for at in range(len(first))]
    return not any(field.strip() and field in seen[at] for at, field in enumerate(first))


def _has_lines_in_fields(rows: list[list[str]]) -> bool:
    return any("\n" in field or "\r" in field for row in rows for field in row[:-1])


def _columns(text: str, delimiter: str, names: list[str], header: bool) -> tuple[Columns, int]:
    skipped = 0

    def skip(_: Any) -> str:
        nonlocal skipped
        skipped += 1
        return "skip"

    table = pc_csv.read_csv(
        io.BytesIO(text.encode()),
        pc_csv.ReadOptions(column_names=names, skip_rows=int(header), use_threads=False),
        pc_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
        pc_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    return {name: table[name].combine_chunks() for name in names}, skipped
