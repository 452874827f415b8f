"""One session of the local Redshift: its SQL on PostgreSQL, COPY and UNLOAD with S3.

Transactions are REPEATABLE READ, which is Redshift's snapshot isolation: the snapshot is taken by
the first statement that reads, and LOCK reads nothing.
https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Mapping

import pg8000.native

from local_cloud.redshift import copy_statement, copying, language, load_notes, results, unloading
from local_cloud.redshift.errors import Failed, shaped
from local_cloud.redshift.load_notes import Load
from local_cloud.redshift.objects import Objects
from local_cloud.redshift.results import Result

# Redshift numbers queries across sessions; beginning with the time, no number comes back after
# a restart, and all fit into the integer that stl_load_errors has for them.
_queries = itertools.count(int(time.time()))
_FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*([a-z]+)", re.DOTALL | re.IGNORECASE)

Assume = Callable[[str], None]


class Session:
    """A connection that speaks Redshift.

    `assume` is called with the role of a COPY or UNLOAD and raises Failed where the cluster does
    not have it; `is_cancelled` is asked now and then during long ones.
    """

    def __init__(
        self,
        connection: pg8000.native.Connection,
        objects: Objects,
        *,
        assume: Assume = lambda _: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.connection, self.objects = connection, objects
        self.query = 0
        self._assume, self.is_cancelled = assume, is_cancelled
        self._unwritten: list[Load] = []
        results.prepare(connection)
        connection.run("set session characteristics as transaction isolation level repeatable read")
        self.pid = int(connection.run("select pg_backend_pid()")[0][0])

    def run(self, sql: str, parameters: Mapping[str, str] | None = None) -> Result:
        """Run one statement; parameters are text, which the server makes what it needs.

        Raises Failed, in Redshift's words.
        """
        self.query = next(_queries)
        try:
            return self._run(sql, dict(parameters or {}))
        except Exception as wrong:
            raise shaped(wrong, self.query, self.pid) from wrong
        finally:
            self._write_notes()

    def close(self) -> None:
        """Roll back what is open, note the loads, and leave."""
        try:
            if not self._is_idle():
                self.run("rollback")
        finally:
            self.connection.close()

    def _run(self, sql: str, parameters: dict[str, str]) -> Result:
        kind = _FIRST_WORD.match(sql)
        word = kind[1].lower() if kind else ""
        if word == "copy":
            return self._within(lambda: self._copy(sql))
        if word == "unload":
            return self._within(lambda: self._unload(sql))
        if not self._is_idle():
            language.check_in_transaction(sql)
        translated = language.translate(sql)
        return results.result_of(self.connection, self.connection.run(translated, **parameters))

    def _copy(self, sql: str) -> Result:
        parsed = copy_statement.parse(sql)
        if parsed.role:
            self._assume(parsed.role)
        load = copying.begin(self.connection, self.objects, parsed, self.query, self.is_cancelled)
        self._unwritten.append(load.load)
        load.run()
        self.connection.run(
            "select set_config('local_redshift.last_copy_id', :query, false), "
            "set_config('local_redshift.last_copy_count', :rows, false)",
            query=str(self.query),
            rows=str(load.load.rows),
        )
        return Result(rows=load.load.rows)

    def _unload(self, sql: str) -> Result:
        parsed = unloading.parse(sql)
        if parsed.role:
            self._assume(parsed.role)
        return Result(rows=unloading.run(self.connection, self.objects, parsed))

    def _within(self, work: Callable[[], Result]) -> Result:
        """Do something of several statements in the open transaction, or in one of its own."""
        if not self._is_idle():
            return work()
        self.connection.run("begin")
        try:
            done = work()
        except Exception:
            self.connection.run("rollback")
            raise
        self.connection.run("commit")
        return done

    def _is_idle(self) -> bool:
        """Whether no transaction is open, by what the server last said."""
        return bool(self.connection._transaction_status == b"I")

    def _write_notes(self) -> None:
        """Note the loads once their transaction is over, so that a rollback keeps the notes."""
        if self._unwritten and self._is_idle():
            unwritten, self._unwritten = self._unwritten, []
            for load in unwritten:
                load_notes.write(self.connection, load)


def rollback(session: Session) -> None:
    """Undo what the session has open; a connection that is gone has undone it already."""
    try:
        session.run("rollback")
    except Failed:
        return
