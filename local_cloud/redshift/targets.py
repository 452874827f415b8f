"""The table a COPY loads: its columns, in order, with what fits into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pg8000.native import DatabaseError

from local_cloud.redshift.errors import Failed
from local_cloud.redshift.results import in_quotes

TEXT = ("character varying", "character", "text")
_COLUMNS = """
select a.attname, t.typname, pg_catalog.format_type(t.oid, null), a.attnotnull,
    a.attidentity, a.atttypmod
from pg_catalog.pg_attribute a
join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attrelid = :oid and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""


@dataclass(frozen=True)
class Target:
    """One column; `room` is how many bytes a text column takes, None where that is no question."""

    name: str
    type: str
    room: int | None = None
    precision: int = 0
    scale: int = 0
    required: bool = False
    is_identity: bool = False

    @property
    def declared(self) -> str:
        """The type in Redshift's words, in capitals."""
        names = {"character varying": "VARCHAR", "character": "CHAR", "double precision": "DOUBLE"}
        short = self.type.removesuffix(" without time zone")
        short = "TIMESTAMPTZ" if short == "timestamp with time zone" else short
        return names.get(short, short.upper())

    @property
    def length(self) -> str:
        """What load errors call the column's length."""
        if self.type == "numeric" and self.precision:
            return f"{self.precision}, {self.scale}"
        return "" if self.room is None else str(self.room)


@dataclass(frozen=True)
class Table:
    """What a COPY loads into: `name` as the statement has it, quoted for the server."""

    name: str
    oid: int
    columns: tuple[Target, ...]

    @property
    def label(self) -> str:
        """The name without its schema, as messages have it."""
        return self.name.rpartition(".")[2].strip('"')


def table(
    connection: Any, parts: Sequence[str], listed: Sequence[str] | None, *, explicit_ids: bool
) -> Table:
    """The table and the columns that are loaded. Raises Failed."""
    name = ".".join(in_quotes(part) for part in parts)
    oid = connection.run("select to_regclass(:name)::oid", name=name)[0][0]
    if oid is None:
        raise Failed(f"Cannot COPY into nonexistent table {parts[-1]}")
    found = {target.name: target for target in _columns(connection, oid)}
    if listed is None:
        chosen = [each for each in found.values() if explicit_ids or not each.is_identity]
    else:
        chosen = [_one(found, column, parts[-1]) for column in listed]
    if explicit_ids != any(each.is_identity for each in chosen):
        raise Failed("EXPLICIT_IDS must be specified if, and only if, an IDENTITY column is loaded")
    return Table(name, oid, tuple(chosen))


def _one(found: dict[str, Target], column: str, table_name: str) -> Target:
    if column not in found:
        raise Failed(f'column "{column}" of relation "{table_name}" does not exist', code="42703")
    return found[column]


def _columns(connection: Any, oid: int) -> list[Target]:
    try:
        rows = connection.run(_COLUMNS, oid=oid)
    except DatabaseError as wrong:
        raise Failed(str(wrong)) from wrong
    return [_target(*row) for row in rows]


def _target(
    name: str, short: str, full: str, required: bool, identity: str, modifier: int
) -> Target:
    kind = {"jsonb": "super", "json": "super"}.get(short, full)
    size = modifier - 4 if modifier >= 4 else None
    is_identity = identity not in ("", "\0")
    if kind == "numeric" and size is not None:
        return Target(name, kind, None, size >> 16, size & 0x7FF, required, is_identity)
    room = (size if size is not None else 65535) if kind in TEXT else None
    return Target(name, kind, room, required=required, is_identity=is_identity)
