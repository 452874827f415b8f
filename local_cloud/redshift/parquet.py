"""COPY from Parquet: columns by position, types that match exactly, text counted in bytes.

https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from local_cloud.redshift.errors import Failed, internal
from local_cloud.redshift.load_notes import LoadError
from local_cloud.redshift.targets import TEXT, Target

BATCH_ROWS = 20_000
# Text is quoted and nulls are bare, so '' and null stay apart in PostgreSQL's csv.
_WRITTEN = pa_csv.WriteOptions(include_header=False, quoting_style="needed")

Fits = Callable[[pa.DataType, Target], bool]


def _decimal(found: pa.DataType, column: Target) -> bool:
    if not pa.types.is_decimal(found):
        return False
    unlimited = column.precision == 0
    return unlimited or (found.scale == column.scale and found.precision <= column.precision)


_FITS: dict[str, Fits] = {
    "boolean": lambda found, _: pa.types.is_boolean(found),
    "smallint": lambda found, _: pa.types.is_int16(found),
    "integer": lambda found, _: pa.types.is_int32(found),
    "bigint": lambda found, _: pa.types.is_int64(found),
    "real": lambda found, _: pa.types.is_float32(found),
    "double precision": lambda found, _: pa.types.is_float64(found),
    "numeric": _decimal,
    "date": lambda found, _: pa.types.is_date32(found),
    "timestamp without time zone": lambda found, _: pa.types.is_timestamp(found),
    **{name: lambda found, _: _is_text(found) for name in TEXT},
}


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file as PostgreSQL's csv."""

    rows: int
    csv: bytes


class Unfit(Exception):
    """A value has no room in its column: the failure for the client, and the note of it."""

    def __init__(self, failure: Failed, note: LoadError) -> None:
        super().__init__(str(failure))
        self.failure, self.note = failure, note


def chunks(
    uri: str, content: bytes, columns: Sequence[Target], query: int, *, fill: bool
) -> Iterator[Chunk]:
    """The rows of one file. Raises Failed for the file, Unfit for a value."""
    file = _opened(uri, content, query)
    schema = file.schema_arrow
    taken = _matched(uri, file, columns, query, fill)
    at = 0
    for batch in file.iter_batches(BATCH_ROWS):
        _check_room(uri, batch, taken, at, query)
        at += batch.num_rows
        if batch.num_rows:
            yield Chunk(batch.num_rows, _as_csv(batch, schema, len(columns)))


def _opened(uri: str, content: bytes, query: int) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(pa.BufferReader(content))
    except (pa.ArrowException, OSError) as wrong:
        context = f"File '{uri}' is not a Parquet file: {wrong}"
        raise _scan_error(context, query) from wrong


def _matched(
    uri: str, file: pq.ParquetFile, columns: Sequence[Target], query: int, fill: bool
) -> Sequence[Target]:
    """The columns that the file fills. Raises Failed unless number and types are the table's."""
    found = file.schema_arrow
    if len(found) > len(columns) or (len(found) < len(columns) and not fill):
        raise _scan_error(
            f"Unmatched number of columns between table and file. Table columns: {len(columns)}, "
            f"Data columns: {len(found)}, File name: {uri}",
            query,
        )
    taken = columns[: len(found)]
    for number, (field, column) in enumerate(zip(found, taken, strict=True)):
        fits = _FITS.get(column.type)
        if fits is None or not fits(field.type, column):
            raise _scan_error(
                f"File '{uri}' has an incompatible Parquet schema for column "
                f"'{uri}.{field.name}'. Column type: {_declared(column)}, Parquet schema:\n"
                f"{'optional' if field.nullable else 'required'} {field.type} {field.name} "
                f"[i:{number} d:1 r:0]",
                query,
            )
    return taken


def _check_room(
    uri: str, batch: pa.RecordBatch, columns: Sequence[Target], before: int, query: int
) -> None:
    for values, column in zip(batch.columns, columns, strict=True):
        if column.room is not None and len(values):
            _check_nul(uri, values, column, before, query)
            sizes = pc.binary_length(values)
            longest = pc.max(sizes).as_py() or 0
            if longest > column.room:
                at = pc.index(sizes, longest).as_py()
                context = (
                    f"The length of the data column {column.name} is longer than the length "
                    f"defined in the table. Table: {column.room}, Data: {longest}, File name: {uri}"
                )
                note = _note(uri, before + at + 1, column, 1204, context, values[at].as_py())
                raise Unfit(_scan_error(context, query), note)


def _check_nul(uri: str, values: pa.Array, column: Target, before: int, query: int) -> None:
    """PostgreSQL cannot hold the character 0; nobody could tell what Redshift makes of it."""
    at = pc.index(pc.match_substring(values, "\0"), True).as_py()
    if at >= 0:
        context = (
            f"Missing newline: Unexpected character 0x0 found in column {column.name} of {uri}"
        )
        note = _note(uri, before + at + 1, column, 1216, context, values[at].as_py())
        raise Unfit(_scan_error(context, query), note)


def _note(uri: str, row: int, column: Target, code: int, message: str, value: str) -> LoadError:
    kind = column.declared.lower()
    return LoadError(uri, row, column.name, kind, column.length, 0, code, message, raw_value=value)


def _as_csv(batch: pa.RecordBatch, schema: pa.Schema, width: int) -> bytes:
    missing = width - len(schema)
    arrays = [*batch.columns, *[pa.nulls(batch.num_rows, pa.string())] * missing]
    names = [str(number) for number in range(width)]
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(pa.RecordBatch.from_arrays(arrays, names), sink, _WRITTEN)
    return bytes(sink.getvalue().to_pybytes())


def _declared(column: Target) -> str:
    return f"{column.declared}({column.length})" if column.length else column.declared


def _is_text(found: pa.DataType) -> bool:
    return bool(pa.types.is_string(found) or pa.types.is_large_string(found))


def _scan_error(context: str, query: int) -> Failed:
    return internal("Spectrum Scan Error", 15007, context, query)
