"""Parquet files: read in place by Arrow, without Spark, and held to the declaration as text is.

A value of another type than the table's is written as text and cast strictly: a column that comes
as a double one month and as an integer the next is the same column, and a value that does not fit
is a rejected row. Rows are numbered from 1 in the file's order.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused, StagecoachError
from stagecoach.frames import objects
from stagecoach.frames.files.natives import native
from stagecoach.frames.files.splits import how_many
from stagecoach.frames.files.written import texts
from stagecoach.frames.rows.batches import Batch, Field
from stagecoach.frames.rows.casting import Cast, Sound
from stagecoach.frames.rows.checks import Checks
from stagecoach.frames.rows.faults import Faults
from stagecoach.frames.spread import Spread

BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Groups:
    """Row groups of a file that are read together, and the rows before them."""

    places: tuple[int, ...]
    before: int


@dataclass(frozen=True)
class TypedPlan:
    """How the rows of a Parquet file are judged; travels to the workers."""

    uri: str
    fields: tuple[Field, ...]
    splits: tuple[Groups, ...]
    checks: Checks | None = None

    @classmethod
    def of(cls, uri: str, dataset: Dataset, splits: tuple[Groups, ...]) -> TypedPlan:
        """The plan for a file that has the columns of `dataset`."""
        columns = enumerate(dataset.file_columns)
        fields = (_for_natives(Field.of(column, place, dataset)) for place, column in columns)
        return cls(uri, tuple(fields), splits)

    def with_raw(self) -> TypedPlan:
        """The same: there is no raw text to keep."""
        return self

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Judge the splits whose numbers come: the shape that `mapInArrow` wants."""
        for batch in batches:
            for place in batch.column(0).to_pylist():
                yield from self.judged(place)

    def judged(self, place: int) -> Iterator[pa.RecordBatch]:
        """The judged rows of a split. Raises FileRefused for what is no sound Parquet."""
        split = self.splits[place]
        first = split.before + 1
        names = [field.column.source or field.column.name for field in self.fields]
        with _sound():
            file = opened(self.uri)
            for batch in file.iter_batches(BATCH_ROWS, split.places, columns=names):
                yield self._judge(batch, names, first)
                first += batch.num_rows

    def _judge(self, batch: pa.RecordBatch, names: list[str], first: int) -> pa.RecordBatch:
        size = batch.num_rows
        faults = Faults(size)
        columns = {}
        for field, name in zip(self.fields, names, strict=True):
            values = batch.column(batch.schema.get_field_index(name))
            # The digits that count are a matter of the cast.
            fitting = None if field.column.digits else native(values, field.strict.arrow)
            columns[field.place] = (
                texts(values, field.column.name, faults) if fitting is None else fitting
            )
        rows = Batch(np.arange(first, first + size), None, np.zeros(size, dtype=bool), faults)
        return rows.judge(self.fields, np.ones(size, dtype=bool), columns, self.checks)


def _for_natives(field: Field) -> Field:
    """The same field; what comes as the column's own type needs no cast."""
    strict = field.strict
    return replace(field, strict=replace(strict, cast=partial(_cast, strict.arrow, strict.cast)))


def _cast(arrow: pa.DataType, cast: Cast, values: pa.Array) -> tuple[pa.Array, Sound]:
    if pa.types.is_string(values.type):
        return cast(values)
    return values.cast(arrow), None


def look(spread: Spread, uri: str) -> tuple[list[str], tuple[Groups, ...]]:
    """The names of the columns, and how the rows are shared out.

    Raises FileRefused for what is no sound Parquet.
    """
    with _sound():
        file = opened(uri)
        count = how_many(objects.size(uri), spread.cores)
        return list(file.schema_arrow.names), _shared(file.metadata, count)


def _shared(metadata: pq.FileMetaData, count: int) -> tuple[Groups, ...]:
    """At most `count` splits of whole row groups, of about as many rows."""
    share = max(1, -(-metadata.num_rows // count))
    found, places, before, rows = [], [], 0, 0
    for place in range(metadata.num_row_groups):
        places.append(place)
        rows += metadata.row_group(place).num_rows
        if rows >= share:
            found.append(Groups(tuple(places), before))
            before, rows, places = before + rows, 0, []
    return (*found, Groups(tuple(places), before)) if places or not found else tuple(found)


def opened(uri: str) -> pq.ParquetFile:
    """The file, of which only what is asked for is read. Raises pyarrow's errors."""
    if uri.startswith(objects.FILE):
        return pq.ParquetFile(uri.removeprefix(objects.FILE))
    return pq.ParquetFile(pa.PythonFile(Ranges(uri), mode="r"), pre_buffer=True)


@contextmanager
def _sound() -> Iterator[None]:
    try:
        yield
    except StagecoachError:
        raise
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0][:200]
        raise FileRefused(
            f"the file is no sound Parquet ({said}) - have it written and sent again"
        ) from None


class Ranges(io.RawIOBase):
    """An object as a file of which ranges are read."""

    def __init__(self, uri: str) -> None:
        """The size is asked for once."""
        super().__init__()
        self.uri, self.at, self.size = uri, 0, objects.size(uri)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The next byte that is read."""
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte; answers which."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        self.at = origin + offset
        return self.at

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, or all that follow."""
        length = self.size - self.at if size < 0 else min(size, self.size - self.at)
        if length <= 0:
            return b""
        data = objects.read_range(self.uri, self.at, length)
        self.at += len(data)
        return data
