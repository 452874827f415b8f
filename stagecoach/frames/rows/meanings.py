"""What codes mean and what other datasets say of a key: a column beside another, by Arrow alone.

Spark's rows go through the same: `Beside` is what `mapInArrow` wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Codes, Column, Dataset
from stagecoach.errors import LoadRejected, SetupError
from stagecoach.frames.rows.casting import strict
from stagecoach.frames.rows.faults import Faults
from stagecoach.frames.rows.kinds import GOOD, REJECTED
from stagecoach.frames.rows.room import Room

NAMED_CODES = 12
Tables = Mapping[str, pa.Table]  # the rows of a look-up: its key, then its columns


@dataclass(frozen=True)
class Meant:
    """A column whose values are what those of another column mean; travels to the workers.

    `keys` has no value twice; `values` has one for each. `unknown` says whether a value that is
    not among them is a fault.
    """

    column: Column
    required: bool
    keys: pa.Array
    values: pa.Array
    otherwise: pa.Scalar
    missing: pa.Scalar
    rule: str
    wanted: str

    @classmethod
    def of(cls, column: Column, dataset: Dataset, tables: Tables) -> Meant:
        """Raises LoadRejected where what is looked up has no room in Redshift."""
        origin = next(each for each in dataset.columns if each.name == column.coded)
        cast = strict(column).cast
        if column.codes is not None:
            keys, values, rule, wanted = _of_codes(column, column.codes, origin)
        else:
            keys, values, rule, wanted = _of_rows(column, tables, origin)
        meant = column.meant
        assert meant is not None  # noqa: S101 - the caller's columns have one
        stands = cast(pa.array([meant.otherwise, meant.missing], pa.string()))[0]
        _hold(column, dataset, values)
        return cls(
            column=column,
            required=not column.nullable or column.name in dataset.key,
            keys=keys,
            values=values.cast(strict(column).arrow),
            otherwise=stands[0],
            missing=stands[1],
            rule=rule,
            wanted=wanted,
        )

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    def reckon(self, codes: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The values, and whether each code is one that is not known and should be."""
        place = pc.index_in(codes, self.keys)
        found = self.values.take(place)
        strange = pc.and_(codes.is_valid(), place.is_null())
        if self.otherwise.is_valid:
            found = pc.if_else(strange, self.otherwise, found)
            strange = pa.repeat(pa.scalar(False), len(codes))
        if self.missing.is_valid:
            found = pc.if_else(codes.is_null(), self.missing, found)
        return found, strange

    def value(self, columns: Mapping[str, pa.Array], kinds: Any, faults: Faults) -> pa.Array:
        """The column; an unknown code, and a null that may not be, is a fault of its row."""
        codes = columns[str(self.column.coded)]
        found, strange = self.reckon(codes)
        unknown = strange.to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(unknown & (kinds <= REJECTED))
        shown = codes.take(pa.array(rows)).cast(pa.string())
        faults.add(rows, self.column.coded, self.rule, shown, self.wanted)
        if self.required and found.null_count:
            none = found.is_null().to_numpy(zero_copy_only=False)
            rows = np.flatnonzero(none & ~unknown & (kinds == GOOD))
            nothing = pa.nulls(len(rows), pa.string())
            faults.add(rows, self.name, f"{self.name} is given", nothing, "a value")
        return found


@dataclass(frozen=True)
class Beside:
    """Adds columns to batches of Spark's, each with a boolean `_unknown_<name>` behind it."""

    columns: tuple[Meant, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same rows with more columns: the shape that `mapInArrow` wants."""
        for batch in batches:
            more = batch
            for meant in self.columns:
                found, strange = meant.reckon(more[str(meant.column.coded)])
                more = more.append_column(meant.name, found)
                more = more.append_column(f"_unknown_{meant.name}", strange)
            yield more

    @cached_property
    def schema(self) -> pa.Schema:
        """What is added."""
        found = []
        for meant in self.columns:
            found.append(pa.field(meant.name, meant.values.type))
            found.append(pa.field(f"_unknown_{meant.name}", pa.bool_()))
        return pa.schema(found)


def meanings(dataset: Dataset, tables: Tables) -> dict[str, Meant]:
    """How each column with codes or a look-up is reckoned, by its name."""
    columns = (column for column in dataset.columns if column.meant)
    return {column.name: Meant.of(column, dataset, tables) for column in columns}


def _of_codes(column: Column, codes: Codes, origin: Column) -> tuple[pa.Array, pa.Array, str, str]:
    spelt, said = zip(*codes.meanings, strict=True)
    keys = strict(origin).cast(pa.array(spelt, pa.string()))[0]
    values = strict(column).cast(pa.array(said, pa.string()))[0]
    rule = f"{origin.name} is a code of {column.name}"
    return keys, values, rule, f"one of {_listed(spelt)}"


def _of_rows(column: Column, tables: Tables, origin: Column) -> tuple[pa.Array, pa.Array, str, str]:
    lookup = column.lookup
    assert lookup is not None  # noqa: S101 - the caller's columns have codes or this
    if lookup.dataset not in tables:
        raise SetupError(
            f"the load was not given the rows of {lookup.dataset}, which it looks up - deploy "
            "again, so that the ledger knows of the look-up, and replay the load"
        )
    table = tables[lookup.dataset]
    key = table.column_names[0]
    keys, values = (table[name].combine_chunks() for name in (key, lookup.take))
    rule = f"{origin.name} is a {key} of {lookup.dataset}"
    return keys, values, rule, f"a {key} of {lookup.dataset}"


def _listed(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:NAMED_CODES])
    return shown + (f" and {len(codes) - NAMED_CODES} more" if len(codes) > NAMED_CODES else "")


def _hold(column: Column, dataset: Dataset, values: pa.Array) -> None:
    """Raises LoadRejected for a value of a look-up for which Redshift has no room."""
    room, faults = Room.of(column, dataset), Faults(1)
    if room is None or column.lookup is None:
        return
    held = room.hold(values, np.zeros(len(values), np.int64), faults)
    if faults:
        long = values.filter(pc.and_(values.is_valid(), held.is_null()))[0]
        raise LoadRejected(
            f"{column.lookup.dataset} has the {column.lookup.take} {str(long)[:60]!r}, but "
            f"{room.rule} - declare more bytes for {column.name}"
        )
