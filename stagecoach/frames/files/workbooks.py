"""Sheets of Excel workbooks as rows of text, which are then cast as any other text is.

openpyxl reads the cells. Its own iteration believes the size that a sheet claims, and takes a
formula without a value for an empty cell; so its parser is used directly, and neither happens.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from stagecoach import packing
from stagecoach.dataset import Xlsx
from stagecoach.errors import FileRefused
from stagecoach.frames import objects
from stagecoach.frames.files import unpacking
from stagecoach.frames.rows.batches import Batch, Field
from stagecoach.frames.rows.checks import Checks
from stagecoach.frames.rows.faults import Faults

ROWS = 8_192
ROWS_MOST = 1_048_576  # of any sheet of Excel
DIGITS = 15  # that Excel keeps of a number; what is beyond them is noise
NO_VALUE = "a formula without its value"
BROKEN = (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, InvalidFileException)


@dataclass
class Row:
    """A row by its number in the sheet: the values of its cells and their errors, by place."""

    number: int
    values: dict[int, Any] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)


class _Parser(WorkSheetParser):  # type: ignore[misc]
    """Calls a formula an error whose value the sender's program did not write."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """As the parser wants it."""
        cell: dict[str, Any] = super().parse_cell(element)
        is_formula = element.find(FORMULA_TAG) is not None
        # An empty value is one where the formula gives a text.
        if is_formula and not element.findtext(VALUE_TAG) and element.get("t") != "str":
            cell |= {"data_type": "e", "value": NO_VALUE}
        return cell


def rows(uri: str, xlsx: Xlsx) -> Iterator[Row]:
    """The rows that the sheet's file holds; those between them are blank.

    Raises FileRefused for a workbook that does not open, and for a sheet that is not there.
    """
    with _book(uri) as book:
        yield from _rows(_sheet(book, xlsx.sheet), book)


def sheets(uri: str) -> list[str]:
    """The names of the sheets that are not hidden. Raises FileRefused as `rows`."""
    with _book(uri) as book:
        return [sheet.title for sheet in _visible(book)]


@contextmanager
def _book(uri: str) -> Iterator[Any]:
    size = objects.size(uri)
    with packing.workbook(size, partial(objects.read_range, uri)) as archive:
        packing.check_types(archive)
    try:
        file = io.BufferedReader(unpacking.ranges(uri, size), packing.SLICE)
        yield openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BROKEN as error:
        raise packing.broken("xlsx", str(error)) from None


def _visible(book: Any) -> list[Any]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _sheet(book: Any, name: str | None) -> Any:
    visible = _visible(book)
    for sheet in visible:
        if name in (None, sheet.title):
            return sheet
    names = ", ".join(repr(sheet.title) for sheet in visible[:8]) or "none"
    raise FileRefused(
        f"the workbook has the visible sheets {names} - wanted {name or 'one'!r}, as "
        "source.xlsx.sheet says; have the sender mend it, or change that"
    )


def _rows(sheet: Any, book: Any) -> Iterator[Row]:
    with sheet._get_source() as source:
        parser = _Parser(
            *(source, sheet._shared_strings),
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        last = 0
        for number, cells in parser.parse():
            if not last < number <= ROWS_MOST:
                raise FileRefused(
                    f"row {number} of the sheet follows row {last} - wanted rows in order, at "
                    f"most {ROWS_MOST:,}; have the sender save it with Excel"
                )
            last = number
            yield _row(number, cells)


def _row(number: int, cells: list[dict[str, Any]]) -> Row:
    row = Row(number)
    for cell in cells:
        place, value = cell["column"] - 1, cell["value"]
        if cell["data_type"] == "e":
            row.errors[place] = str(value)
        elif value not in (None, ""):
            row.values[place] = value
    return row


def header(uri: str, xlsx: Xlsx) -> list[str] | None:
    """The names in the header row; None when the sheet has none."""
    for row in rows(uri, xlsx):
        if row.number == xlsx.header_row and row.values:
            width = max(row.values) + 1
            return [text_of(row.values.get(place), "text") or "" for place in range(width)]
        if row.number > xlsx.header_row:
            return None
    return None


def text_of(value: Any, base: str) -> str | None:
    """A cell's value as text for a column of type `base`: dates by ISO 8601, plain numbers."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return format(Decimal(f"{value:.{DIGITS}g}"), "f")
    if isinstance(value, datetime):
        midnight = value.time() == time() and not base.startswith("timestamp")
        return (value.date() if midnight else value).isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


@dataclass(frozen=True)
class Sheet:
    """How the rows of a sheet are judged."""

    uri: str
    xlsx: Xlsx
    fields: tuple[Field, ...]
    width: int
    checks: Checks | None

    def judged(self) -> Iterator[pa.RecordBatch]:
        """All rows from 1 to the last, some thousands at a time."""
        some: list[Row] = []
        number = 0
        for row in rows(self.uri, self.xlsx):
            while number < row.number:
                number += 1
                some.append(row if number == row.number else Row(number))
                if len(some) == ROWS:
                    yield self._judge(some)
                    some = []
        if some:
            yield self._judge(some)

    def _judge(self, some: list[Row]) -> pa.RecordBatch:
        top = self.xlsx.header_row
        no_row = np.array(
            [row.number <= top or not (row.values or row.errors) for row in some], bool
        )
        faults = Faults(len(some))
        self._find_faults(some, ~no_row, faults)
        sound = ~no_row & ~faults.broken()
        good = [row for row, is_sound in zip(some, sound, strict=True) if is_sound]
        columns = {
            each.place: pa.array(
                [text_of(row.values.get(each.place), each.column.kind.base) for row in good],
                pa.string(),
            )
            for each in self.fields
        }
        raw = pa.array([_raw(row) for row in some], pa.string())
        numbers = np.array([row.number for row in some], np.int64)
        return Batch(numbers, raw, no_row, faults).judge(self.fields, sound, columns, self.checks)

    def _find_faults(self, some: list[Row], is_row: Any, faults: Faults) -> None:
        """Cells with errors, and cells beyond the header."""
        names = {each.place: each.column.name for each in self.fields}
        for at in np.flatnonzero(is_row):
            row = some[at]
            for place, error in row.errors.items():
                if place in names:
                    rule = f"{names[place]} is no error of a formula"
                    faults.add([at], names[place], rule, pa.array([error]), "a value")
            beyond = [place for place in (*row.values, *row.errors) if place >= self.width]
            if beyond:
                found = pa.array([f"a value in column {min(beyond) + 1}"])
                rule = f"the row has {self.width} cells"
                faults.add([at], None, rule, found, "nothing right of the header")


def _raw(row: Row) -> str:
    cells = {**row.values, **row.errors}
    width = max(cells, default=-1) + 1
    return ",".join(text_of(cells.get(place), "text") or "" for place in range(width))
