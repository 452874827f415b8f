"""The ledger from afar: a connection for each call, since hours pass between them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from stagecoach.errors import Unavailable
from stagecoach.frames.migration.snapshots import Connect
from stagecoach.log import log
from stagecoach.table_migration import Migration, Migrations

Values = ParamSpec("Values")
Call = Callable[Concatenate[Migrations, str, int, Values], Migration]
WAITS = (1, 5, 15)


@dataclass(frozen=True)
class Desk:
    """Tells the ledger of one attempt; travels to the workers.

    Raises Busy when the attempt is over: whoever works on for it stops there.
    """

    connect: Connect
    migration_id: str
    attempt: int

    def tell(self, call: Call[Values], *values: Values.args, **named: Values.kwargs) -> Migration:
        """`desk.tell(Migrations.planned, 12)`; a ledger that does not answer is told again."""
        for wait in WAITS:
            try:
                return self._tell(call, *values, **named)
            except Unavailable as error:
                log("tell again", reason=str(error), migration_id=self.migration_id)
                time.sleep(wait)
        return self._tell(call, *values, **named)

    def _tell(self, call: Call[Values], *values: Values.args, **named: Values.kwargs) -> Migration:
        connection = self.connect()
        try:
            return call(Migrations(connection), self.migration_id, self.attempt, *values, **named)
        finally:
            connection.close()

    def moved(self, rows: int) -> None:
        """One more part is in S3; it had so many rows of the live table."""
        self.tell(Migrations.moved, rows)
