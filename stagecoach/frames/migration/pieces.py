"""What is read of a snapshot, as queries: the ranges of the live table, the memory of deleted keys,
and the loads that the table holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from stagecoach.dataset import Column, Dataset
from stagecoach.frames.rows.casting import strict
from stagecoach.frames.rows.moments import STAMP, STAMP_UTC
from stagecoach.frames.rows.room import Room
from stagecoach.quoting import literal, quoted

Kind = Literal["rows", "gone", "loads"]
COUNTS = ("good", "inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")
EPOCH = "date '1970-01-01'"


@dataclass(frozen=True)
class Field:
    """One column of a piece: its name, the SQL that COPY writes, the Arrow type it becomes, and the
    bytes that a value may have (None: as many as it likes).
    """

    name: str
    sql: str
    arrow: pa.DataType
    room: int | None = None

    @property
    def read_as(self) -> pa.DataType:
        """The type that the text of COPY is read as."""
        if self.arrow == pa.date32():
            return pa.int32()
        return STAMP if self.arrow == STAMP_UTC else self.arrow

    def typed(self, values: Any) -> Any:
        """What was read, as the type that is written."""
        return values if values.type == self.arrow else values.cast(self.arrow)


@dataclass(frozen=True)
class Piece:
    """Some rows of the snapshot: `source` is what follows `from`; `number` names the files.
    `hashed` is the function, and what it is given, that hashes them; empty where nothing does.
    """

    kind: Kind
    number: int
    fields: tuple[Field, ...]
    source: str
    hashed: str = ""

    @property
    def query(self) -> str:
        """The statement that writes the rows as text."""
        chosen = ", ".join(field.sql for field in self.fields)
        return f"copy (select {chosen} from {self.source}) to stdout (format csv)"  # noqa: S608


def pieces(dataset: Dataset, contents: dict[str, Any]) -> list[Piece]:
    """Everything that is read of a snapshot whose contents PostgreSQL told."""
    every = fields(dataset, contents["columns"])
    ranges = [
        Piece("rows", number, every, _blocks(*part), hashed)
        for number, (part, hashed) in enumerate(_with_hashes(dataset, contents["parts"]))
    ]
    loads = Piece("loads", 0, _of_loads(), f"etl.migration_loads({literal(dataset.name)})")
    if contents["gone"] is None:
        return [*ranges, loads]
    kept = {*dataset.key, dataset.load.order_by}
    remembered = tuple(field for field in every if field.name in kept)
    return [*ranges, Piece("gone", 0, remembered, contents["gone"]), loads]


def fields(dataset: Dataset, live: Iterable[Sequence[str]]) -> tuple[Field, ...]:
    """The live columns (name, type), in the table's order; `is_current` follows of `valid_to`."""
    declared = {column.name: column for column in dataset.columns}
    of_history = {"valid_from", "valid_to"} if dataset.load.mode == "history" else set()
    found = []
    for name, _ in live:
        if name in declared:
            found.append(_declared(declared[name], dataset))
        elif name in of_history:
            found.append(Field(name, f"{quoted(name)} at time zone 'UTC'", STAMP_UTC))
        elif not (of_history and name == "is_current"):
            found.append(_declared(Column(name, "text"), dataset))
    return tuple(found)


def _declared(column: Column, dataset: Dataset) -> Field:
    base, name = column.kind.base, quoted(column.name)
    room = Room.of(column, dataset)
    sql = {"timestamptz": f"{name} at time zone 'UTC'", "date": f"{name} - {EPOCH}"}.get(base, name)
    return Field(column.name, sql, strict(column).arrow, room.bytes if room else None)


def _of_loads() -> tuple[Field, ...]:
    return (
        Field("load_id", "load_id", pa.string()),
        Field("sent_at", "sent_at", STAMP),
        Field("applied_at", "applied_at", STAMP),
        *(Field(name, name, pa.int64()) for name in COUNTS),
    )


def _blocks(table: str, first: int, after: int) -> str:
    """A range of blocks, which PostgreSQL reads without looking at the others."""
    return f"only {table} where ctid >= '({first},0)'::tid and ctid < '({after},0)'::tid"


def _with_hashes(
    dataset: Dataset, parts: list[tuple[str, int, int]]
) -> Iterator[tuple[tuple[str, int, int], str]]:
    """Each part with what hashes its rows; all of a partitioned table is hashed with the first, as
    the function's ranges would be ranges of every partition.
    """
    whole = f"etl.{quoted(f'hash__{dataset.name}')}()"
    by_part = f"etl.{quoted(f'hash_part__{dataset.name}')}"
    is_one = len({table for table, _, _ in parts}) == 1
    for number, part in enumerate(parts):
        _, first, after = part
        of_part = f"{by_part}('({first},0)', '({after},0)')"
        yield part, of_part if is_one else whole if number == 0 else ""
