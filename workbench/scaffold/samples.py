"""A sample file as columns of text, and how it was written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stagecoach import packing
from stagecoach.dataset import Xlsx
from stagecoach.errors import FileRefused
from stagecoach.frames.files.jsonlines import text_of
from stagecoach.frames.rows.jsontext import Number
from stagecoach.sniff import magic
from workbench.scaffold import delimited

MOST_BYTES = 64 * 2**20  # of text that is looked at; what a type is shows long before
FORMATS = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


@dataclass
class Sample:
    """What a file holds: text by column, null where nothing stood; `typed` is what the file itself
    says of a column's type, `source` what a declaration must say of the file.
    """

    format: str
    columns: dict[str, pa.Array]
    source: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return len(next(iter(self.columns.values()), []))


def read(path: Path, sheet: str | None = None) -> Sample:
    """Read a sample; of a workbook this sheet, else its first.

    Raises FileRefused, in one sentence, for what is none.
    """
    if not path.is_file():
        raise FileRefused(f"{path} is no file - wanted a sample of what will arrive")
    if path.stat().st_size == 0:
        raise FileRefused(f"{path} is empty - wanted a sample with some rows")
    start = path.open("rb").read(1024)
    what = magic.kind(start)
    if what == "a Parquet file":
        return _parquet(path)
    if what == "an Excel workbook":
        return _workbook(path, sheet)
    if sheet is not None:
        raise FileRefused(f"{path} is no workbook - wanted one, or no --sheet")
    data, whole = _text(path, start)
    kind = FORMATS.get(packing.ending(path.name.lower().removesuffix(packing.ending(path.name))))
    kind = kind or FORMATS.get(packing.ending(path.name)) or _guessed(data)
    if (found := magic.kind(data)) is not None:
        raise FileRefused(f"{path} is {found} - wanted csv, json, jsonl, parquet or xlsx")
    if kind == "jsonl":
        return _from_records("jsonl", _lines(path, data))
    if kind == "json":
        return _document(path, data, whole=whole)
    columns, style, remarks = delimited.read(path.name, data, whole=whole)
    return Sample("csv", columns, style, remarks=remarks)


def _text(path: Path, start: bytes) -> tuple[bytes, bool]:
    """The first of the bytes, unpacked, and whether they are all."""
    packed = next((name for name, marks in magic.PACKED.items() if start.startswith(marks)), None)
    try:
        with _opened(path, packed) as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise FileRefused(f"{path} cannot be unpacked ({error}) - send it again") from None
    return data[:MOST_BYTES], len(data) <= MOST_BYTES


@contextmanager
def _opened(path: Path, packed: str | None) -> Iterator[IO[bytes]]:
    with path.open("rb") as file, ExitStack() as stack:
        if packed == "zip":
            archive = stack.enter_context(zipfile.ZipFile(file))
            yield stack.enter_context(archive.open(packing.member(archive)))
        elif packed is not None:
            yield stack.enter_context(pa.CompressedInputStream(file, packed))
        else:
            yield file


def _guessed(data: bytes) -> str:
    """json, jsonl or csv, by how a text of unknown name begins."""
    first = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first == b"[":
        return "json"
    if first != b"{":
        return "csv"
    try:
        json.loads(data.splitlines()[0])
    except ValueError:
        return "json"
    return "jsonl"


def _lines(path: Path, data: bytes) -> list[dict[str, Any]]:
    """The objects of lines; a last line that was cut off is left out."""
    records = []
    lines = data.removeprefix(magic.UTF8_MARK).split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = _parsed(line)
        except ValueError:
            if number == len(lines) and records:
                break
            raise FileRefused(
                f"{path}, line {number}: found no JSON - wanted one object per line"
            ) from None
        if not isinstance(record, dict):
            raise FileRefused(f"{path}, line {number}: found no object - wanted one per line")
        records.append(record)
    return records


def _document(path: Path, data: bytes, *, whole: bool) -> Sample:
    if not whole:
        raise FileRefused(f"{path} is larger than {MOST_BYTES:,} bytes - give a smaller sample")
    try:
        document = _parsed(data.removeprefix(magic.UTF8_MARK))
    except ValueError as error:
        raise FileRefused(f"{path} is no JSON document ({error}) - give a whole one") from None
    found = _array(document, ())
    if found is None:
        raise FileRefused(f"{path} has no array of objects - wanted one, with an object per row")
    way, records = found
    sample = _from_records("json", records)
    if way:
        sample.source["json"] = {"path": ".".join(way)}
    return sample


def _parsed(data: bytes) -> Any:
    """JSON with its numbers as they are written, which is how a load casts them."""
    return json.loads(data, parse_int=Number, parse_float=Number)


def _array(value: Any, way: tuple[str, ...]) -> tuple[tuple[str, ...], list[Any]] | None:
    """The first array of objects in a document, and the keys that lead to it."""
    if isinstance(value, list):
        return (way, value) if value and all(isinstance(each, dict) for each in value) else None
    if not isinstance(value, dict):
        return None
    ways = (_array(inner, (*way, key)) for key, inner in value.items() if "." not in key)
    return next((found for found in ways if found is not None), None)


def _from_records(kind: str, records: list[dict[str, Any]]) -> Sample:
    names = list(dict.fromkeys(name for record in records for name in record))
    columns, typed = {}, {}
    for name in names:
        values = [record.get(name) for record in records]
        columns[name] = pa.array([text_of(value) for value in values], pa.string())
        given = {type(value) for value in values if value is not None}
        if given == {bool}:
            typed[name] = "boolean"
        elif given and given <= {dict, list}:
            typed[name] = "json"
        elif given == {str} and _all_digits(columns[name]):
            typed[name] = "text"  # who writes digits in quotes means a code
    return Sample(kind, columns, typed=typed)


def _all_digits(texts: pa.Array) -> bool:
    return bool(pc.all(pc.fill_null(pc.utf8_is_digit(texts), True)).as_py())


def _parquet(path: Path) -> Sample:
    try:
        file = pq.ParquetFile(path)
        batch = next(file.iter_batches(1_000_000), None)
    except (pa.ArrowException, OSError) as error:
        raise FileRefused(f"{path} is no whole Parquet file ({error})") from None
    if batch is None:
        raise FileRefused(f"{path} has no rows - wanted a sample with some")
    columns = {name: batch.column(name) for name in batch.schema.names}
    whole = [name for name, values in columns.items() if _is_whole(values)]
    remarks = ["Whole numbers that are doubles, which have nulls: " + ", ".join(whole)] * bool(
        whole
    )
    return Sample(
        "parquet",
        {
            name: _as_text(values.cast(pa.int64()) if name in whole else values)
            for name, values in columns.items()
        },
        typed={
            name: said
            for name, values in columns.items()
            if name not in whole and (said := _said(values.type)) is not None
        },
        remarks=remarks,
    )


def _is_whole(values: pa.Array) -> bool:
    """Whether these are integers that became doubles because one of them is missing."""
    if not pa.types.is_floating(values.type) or not 0 < values.null_count < len(values):
        return False
    given = values.drop_null()
    small = pc.less(pc.abs(given), 2**53)
    return bool(pc.all(pc.and_(small, pc.equal(given, pc.round(given)))).as_py())


def _said(arrow: pa.DataType) -> str | None:
    """The type of ours that a Parquet column has; None where only its values can tell."""
    plain = {
        pa.bool_(): "boolean",
        pa.int8(): "smallint",
        pa.int16(): "smallint",
        pa.uint8(): "smallint",
        pa.int32(): "integer",
        pa.uint16(): "integer",
        pa.int64(): "bigint",
        pa.uint32(): "bigint",
        pa.float32(): "real",
        pa.float64(): "double",
        pa.date32(): "date",
    }
    if arrow in plain:
        return plain[arrow]
    if pa.types.is_decimal(arrow):
        return f"numeric({arrow.precision},{arrow.scale})"
    if pa.types.is_timestamp(arrow):
        return "timestamptz" if arrow.tz else "timestamp"
    if pa.types.is_time(arrow):
        return "time"
    return "json" if pa.types.is_nested(arrow) else None


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_nested(values.type) or pa.types.is_binary(values.type):
        texts = (None if each is None else str(each) for each in values.to_pylist())
        return pa.array(texts, pa.string())
    return values.cast(pa.string())


def _workbook(path: Path, sheet: str | None) -> Sample:
    from stagecoach.frames.files import workbooks  # openpyxl takes a while

    at, remarks = f"file://{path.absolute()}", []
    sheets = workbooks.sheets(at)
    rows = list(workbooks.rows(at, Xlsx(sheet=sheet)))
    top = next((row for row in rows if len(row.values) > 1), rows[0] if rows else None)
    if top is None:
        raise FileRefused(f"{path} has no rows on its sheet - wanted a header and rows")
    width = max(top.values) + 1
    names = [workbooks.text_of(top.values.get(at), "text") or "" for at in range(width)]
    below = [row for row in rows if row.number > top.number]
    columns = {
        name: pa.array(
            [workbooks.text_of(row.values.get(at), "date") for row in below], pa.string()
        )
        for at, name in enumerate(names)
    }
    said: dict[str, Any] = {} if top.number == 1 else {"header_row": top.number}
    if len(sheets) > 1:
        said["sheet"] = sheet or sheets[0]
        others = ", ".join(each for each in sheets if each != said["sheet"])
        remarks.append(f"A sheet is a dataset; the workbook has others, for --sheet: {others}")
    return Sample("xlsx", columns, {"xlsx": said}, remarks=remarks)
