"""One batch of lines, judged: the typed row where it is sound, the faults where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Column, Dataset
from stagecoach.frames.files.texts import shortened
from stagecoach.frames.rows.casting import Strict, strict
from stagecoach.frames.rows.checks import Checks
from stagecoach.frames.rows.faults import FAULT, Faults
from stagecoach.frames.rows.kinds import GOOD, NO_ROW, REJECTED
from stagecoach.frames.rows.room import Room

SPACES = " \t"


@dataclass(frozen=True)
class Field:
    """A declared column that the file brings: where it stands in the file, and how it is cast."""

    column: Column
    place: int
    required: bool
    strict: Strict
    room: Room | None = None

    @classmethod
    def of(cls, column: Column, place: int, dataset: Dataset) -> Field:
        """A key column is required whatever the declaration says of nulls."""
        required = not column.nullable or column.name in dataset.key
        return cls(column, place, required, strict(column), Room.of(column, dataset))

    def cast(self, texts: pa.StringArray, rows: Any, faults: Faults) -> pa.Array:
        """The typed values; what is not sound is null and a fault of its row."""
        values, sound = self.strict.cast(texts)
        name = self.column.name
        if sound is not None:
            bad = np.flatnonzero(~sound.to_numpy(zero_copy_only=False))
            found = texts.take(pa.array(bad))
            faults.add(rows[bad], name, self.strict.rule(name), found, self.strict.wanted)
        if self.required and texts.null_count:
            bad = np.flatnonzero(texts.is_null().to_numpy(zero_copy_only=False))
            found = pa.repeat(pa.scalar("nothing", pa.string()), len(bad))
            faults.add(rows[bad], name, f"{name} is given", found, "a value")
        return values if self.room is None else self.room.hold(values, rows, faults)


@dataclass
class Batch:
    """Records of a file: their line numbers, and whether each is a row at all.

    `texts` are kept with the rows, unless there are none.
    """

    numbers: Any
    texts: pa.StringArray | None
    no_row: Any
    faults: Faults

    def judge(
        self,
        fields: tuple[Field, ...],
        sound: Any,
        columns: Mapping[int, pa.Array],
        checks: Checks | None = None,
    ) -> pa.RecordBatch:
        """Cast what could be taken apart, columns by place; one row per record comes out.

        What `checks` reckon stands behind the columns of `schema`.
        """
        rows = np.flatnonzero(sound)
        typed = [field.cast(columns[field.place], rows, self.faults) for field in fields]
        if len(rows) < len(self.numbers):
            place = np.cumsum(sound) - 1
            scatter = pa.array(place, pa.int64(), mask=~sound)
            typed = [values.take(scatter) for values in typed]
        more = {}
        if checks is not None:
            named = {field.column.name: values for field, values in zip(fields, typed, strict=True)}
            more = checks(named, self.kinds, self.faults)
        size = len(self.numbers)
        text = pa.nulls(size, pa.string()) if self.texts is None else shortened(self.texts)
        extra = [
            pa.array(self.numbers, pa.int64()),
            pa.array(self.kinds.astype(np.int8)),
            self.faults.as_lists(),
            text,
        ]
        found = schema(fields)
        for name, values in more.items():
            found = found.append(pa.field(name, values.type))
        return pa.RecordBatch.from_arrays([*typed, *extra, *more.values()], schema=found)

    @property
    def kinds(self) -> Any:
        """What each record is, so far."""
        return np.where(self.no_row, NO_ROW, np.where(self.faults.broken(), REJECTED, GOOD))


def schema(fields: tuple[Field, ...]) -> pa.Schema:
    """The typed columns, then what the rest of the job needs to know of a line."""
    typed = [pa.field(field.column.name, field.strict.arrow) for field in fields]
    extra = [
        pa.field("_row_no", pa.int64()),
        pa.field("_kind", pa.int8()),
        pa.field("_faults", pa.list_(FAULT)),
        pa.field("_raw", pa.string()),
    ]
    return pa.schema([*typed, *extra])


def blank(texts: pa.StringArray, delimiter: str) -> Any:
    """A boolean per record: whether it holds nothing but spaces and tabs, none of them the
    delimiter, which would make it a row of empty fields.
    """
    empty = pc.equal(pc.binary_length(texts), 0)
    spaces = SPACES.replace(delimiter, "")
    indented = pc.or_(*(pc.starts_with(texts, space) for space in SPACES))
    if pc.any(indented).as_py():
        empty = pc.or_(empty, pc.match_substring_regex(texts, f"^[{spaces}]+$"))
    return empty.to_numpy(zero_copy_only=False)
