"""One snapshot of PostgreSQL, held by one connection and read by many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stagecoach.database import sqlstate
from stagecoach.errors import Unavailable
from stagecoach.frames.migration.task import Task
from stagecoach.ledger import explained
from stagecoach.quoting import quoted

Connect = Callable[[], Any]
READ_ONLY = "set transaction isolation level repeatable read, read only"
# COPY writes what PostgreSQL shows: each of these has a say in that, or ends a long silence.
AS_WRITTEN = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO'",
    "set local extra_float_digits = 1",
    "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
)
NO_SNAPSHOT = "22023"


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that lives as long as the connection that exported it; travels to the workers."""

    connect: Connect
    name: str

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """A cursor of another connection that sees this snapshot, and may be used up in it."""
        connection = self.connect()
        try:
            cursor = connection.cursor()
            self._enter(cursor)
            yield cursor
        finally:
            connection.close()

    def _enter(self, cursor: Any) -> None:
        try:
            cursor.execute(READ_ONLY)
            cursor.execute(f"set transaction snapshot '{self.name}'")
        except Exception as error:
            if sqlstate(error) != NO_SNAPSHOT:
                raise
            raise Unavailable("the connection that held the snapshot broke - read again") from error
        _as_written(cursor)


@dataclass(frozen=True)
class Taken:
    """A snapshot, and what is in it."""

    snapshot: Snapshot
    contents: dict[str, Any]


@contextmanager
def taken(connect: Connect, task: Task) -> Iterator[Taken]:
    """Take a snapshot and hold it. The live table is locked first, so that nothing rewrites it:
    rows of a rewritten table are gone for an older snapshot.
    """
    target = task.dataset.postgres
    holder = connect()
    try:
        with explained():
            cursor = holder.cursor()
            cursor.execute(READ_ONLY)
            _as_written(cursor)
            live = f"{quoted(target.schema)}.{quoted(target.table)}"
            cursor.execute(f"lock table {live} in access share mode")
            cursor.execute("select pg_export_snapshot()")
            snapshot = Snapshot(connect, cursor.fetchone()[0])
            cursor.execute("select etl.migration_contents(%s)", (task.migration_id,))
            contents = cursor.fetchone()[0]
        yield Taken(snapshot, contents)
    finally:
        holder.close()


def _as_written(cursor: Any) -> None:
    for statement in AS_WRITTEN:
        cursor.execute(statement)
