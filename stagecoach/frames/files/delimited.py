"""Delimited text taken apart by RFC 4180, and not more leniently, many records at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv

from stagecoach.dataset import Csv
from stagecoach.errors import FileRefused
from stagecoach.frames.files import escapes
from stagecoach.frames.files.quotes import are_legal
from stagecoach.frames.files.texts import joined
from stagecoach.frames.rows.batches import SPACES
from stagecoach.frames.rows.faults import Faults

QUOTING = "quotes stand around whole fields and are doubled within"
CLOSED = "every quote is closed"
LARGEST_BLOCK = 2**31 - 1


@dataclass(frozen=True)
class Dialect:
    """A declared way of writing, with the patterns that hold a record to it."""

    csv: Csv
    columns: int

    @property
    def one(self) -> str:
        """One field: without quotes, or wholly within them."""
        quote, delimiter = re.escape(self.csv.quote), re.escape(self.csv.delimiter)
        return f"(?:[^{quote}{delimiter}\\r\\n]*|{quote}(?:[^{quote}]|{quote}{quote})*{quote})"

    @property
    def record(self) -> str:
        """A whole record of any number of fields."""
        delimiter = re.escape(self.csv.delimiter)
        return f"^{self.one}(?:{delimiter}{self.one})*$"

    @property
    def quoted(self) -> str:
        """A quoted stretch."""
        quote = re.escape(self.csv.quote)
        return f"{quote}[^{quote}]*{quote}"


def split(
    texts: pa.StringArray, dialect: Dialect, rows: Any, faults: Faults
) -> tuple[Any, list[pa.StringArray]]:
    """Take apart those records for which the boolean array `rows` is true.

    Answers a boolean per record, whether it could be taken apart, and the columns as text (null
    where a null token stood), with one value for each record that could.
    """
    texts = escapes.undone(texts, dialect.csv, rows & ~faults.broken(), faults)
    sound = rows & ~faults.broken()
    has_quotes = dialect.csv.quote.encode() in texts.buffers()[2].to_pybytes()
    if has_quotes:
        _check_quotes(texts, dialect, faults, sound)
    fields = _fields(texts, dialect, has_quotes)
    ragged = sound & (fields != dialect.columns)
    _name_ragged(dialect, faults, ragged, fields)
    sound &= ~ragged
    whole = texts if sound.all() else texts.filter(pa.array(sound))
    return sound, _parse(whole, dialect, has_quotes)


def fields_of(text: str, csv: Csv) -> list[str]:
    """The fields of one record, such as the header's; an unreadable one is a single field."""
    faults = Faults(1)
    texts = pa.array([text], pa.string())
    plain = replace(csv, escape=None, nulls=())
    texts = escapes.undone(texts, replace(csv, nulls=()), np.array([True]), faults)
    columns = int(_fields(texts, Dialect(plain, 0), csv.quote in texts[0].as_py())[0])
    sound, found = split(texts, Dialect(plain, columns), np.array([True]), faults)
    return [column[0].as_py() for column in found] if sound[0] else [text]


def _check_quotes(texts: pa.StringArray, dialect: Dialect, faults: Faults, sound: Any) -> None:
    legal = pc.match_substring_regex(texts, dialect.record).to_numpy(zero_copy_only=False)
    even = pc.count_substring(texts, dialect.csv.quote).to_numpy(zero_copy_only=False) % 2 == 0
    for mask, rule, wanted in (
        (sound & ~legal & ~even, CLOSED, "a closing quote"),
        (sound & ~legal & even, QUOTING, 'a field such as "say ""hi"""'),
    ):
        rows = np.flatnonzero(mask)
        faults.add(rows, None, rule, texts.take(pa.array(rows)), wanted)
    sound &= legal


def _fields(texts: pa.StringArray, dialect: Dialect, has_quotes: bool) -> Any:
    """How many fields each record has: its delimiters outside quotes, and one."""
    bare = pc.replace_substring_regex(texts, dialect.quoted, "") if has_quotes else texts
    return pc.count_substring(bare, dialect.csv.delimiter).to_numpy(zero_copy_only=False) + 1


def _name_ragged(dialect: Dialect, faults: Faults, ragged: Any, fields: Any) -> None:
    rows = np.flatnonzero(ragged)
    if len(rows) == 0:
        return
    found = pc.binary_join_element_wise(pa.array(fields[rows]).cast(pa.string()), "fields", " ")
    rule = f"the line has {dialect.columns} fields"
    faults.add(rows, None, rule, found, f"{dialect.columns} fields")


def _parse(texts: pa.StringArray, dialect: Dialect, has_quotes: bool) -> list[pa.StringArray]:
    places = range(dialect.columns)
    if len(texts) == 0:
        return [pa.array([], pa.string()) for _ in places]
    # The reader ends a last empty record only at a line feed.
    block = joined(pa.concat_arrays([texts, pa.array([""], pa.string())]))
    options = pc_csv.ParseOptions(
        delimiter=_ascii(dialect.csv.delimiter),
        quote_char=dialect.csv.quote,
        newlines_in_values=has_quotes,
        ignore_empty_lines=False,
    )
    table = _read(block, dialect, options, places)
    if table.num_rows != len(texts):
        raise AssertionError(f"{len(texts)} records were taken apart into {table.num_rows} rows")
    return [column.combine_chunks() for column in table.columns]


def _ascii(delimiter: str) -> str:
    """What Arrow takes for a delimiter; `_read` puts it right."""
    return delimiter if delimiter.isascii() else ","


def _read(
    block: pa.Buffer, dialect: Dialect, options: pc_csv.ParseOptions, places: Iterable[int]
) -> pa.Table:
    """The fields at some places, as text or null."""
    if not dialect.csv.delimiter.isascii():
        return _read_by_stand_in(block, dialect, options, places)
    names = [str(place) for place in range(dialect.columns)]
    nulls = dialect.csv.nulls
    return pc_csv.read_csv(
        pa.BufferReader(block),
        pc_csv.ReadOptions(
            column_names=names, use_threads=False, block_size=min(len(block) + 2, LARGEST_BLOCK)
        ),
        options,
        pc_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[str(place) for place in places],
            null_values=list(nulls),
            strings_can_be_null=bool(nulls),
            check_utf8=False,  # it is text already
        ),
    )


def _read_by_stand_in(
    block: pa.Buffer, dialect: Dialect, options: pc_csv.ParseOptions, places: Iterable[int]
) -> pa.Table:
    """Arrow's delimiters are single bytes: one that the block lacks stands in for a longer one."""
    data, delimiter = block.to_pybytes(), dialect.csv.delimiter
    bytes_ = (chr(byte) for byte in range(1, 32) if chr(byte) not in "\t\n\r")
    stand_in = next((one for one in bytes_ if one.encode() not in data), None)
    if stand_in is None:
        raise FileRefused(
            f"the file holds every control character, so none can stand for {delimiter!r} - "
            "wanted text; look at what the sender exports"
        )
    options.delimiter = stand_in
    nulls = tuple(token.replace(delimiter, stand_in) for token in dialect.csv.nulls)
    csv = replace(dialect.csv, delimiter=stand_in, nulls=nulls)
    data = data.replace(delimiter.encode(), stand_in.encode())
    table = _read(pa.py_buffer(data), replace(dialect, csv=csv), options, places)
    columns = [pc.replace_substring(column, stand_in, delimiter) for column in table.columns]
    return pa.table(columns, table.column_names)


@dataclass
class _Ragged:
    """Gathers what the reader says of lines with too few or too many fields; they are left out."""

    spaces: str
    rows: list[int] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)
    blank: list[bool] = field(default_factory=list)

    def __call__(self, row: Any) -> str:
        self.rows.append(row.number - 1)
        self.fields.append(row.actual_columns)
        self.blank.append(not row.text.strip(self.spaces))
        return "skip"


def is_plain(data: bytes, csv: Csv) -> bool:
    """Whether `split_block` may have it: only legal quotes, and no empty line, which it would take
    for a row of empty fields.
    """
    if data.startswith(b"\n") or b"\n\n" in data:
        return False
    if csv.escape is not None and csv.escape.encode() in data:
        return False
    if csv.quote.encode() not in data:
        return True
    return csv.delimiter.isascii() and are_legal(data, csv.quote, csv.delimiter)


def split_block(
    data: bytes, dialect: Dialect, places: list[int], faults: Faults
) -> tuple[Any, Any, dict[int, pa.StringArray]]:
    """Take apart lines of text that `is_plain`, several columns wide, in one go.

    Answers for each line whether it is blank and whether it could be taken apart, and the columns
    at `places`, with one value for each line that could.
    """
    ragged = _Ragged(SPACES.replace(dialect.csv.delimiter, "") + "\n")
    options = pc_csv.ParseOptions(
        delimiter=_ascii(dialect.csv.delimiter),
        quote_char=dialect.csv.quote if dialect.csv.quote.encode() in data else False,
        ignore_empty_lines=False,
        invalid_row_handler=ragged,
    )
    table = _read(pa.py_buffer(data), dialect, options, places)
    if table.num_rows + len(ragged.rows) != faults.size:
        raise AssertionError(f"{faults.size} lines were taken apart into {table.num_rows} rows")
    rows, blank = np.array(ragged.rows, np.int64), np.array(ragged.blank, bool)
    sound, no_row = np.ones(faults.size, bool), np.zeros(faults.size, bool)
    sound[rows] = False
    no_row[rows[blank]] = True
    fields = np.zeros(faults.size, np.int64)
    fields[rows] = ragged.fields
    _name_ragged(dialect, faults, ~sound & ~no_row, fields)
    columns = (column.combine_chunks() for column in table.columns)
    return no_row, sound, dict(zip(places, columns, strict=True))
