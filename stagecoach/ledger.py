"""The ledger's calls, one method each. The statements behind them are in `sql/postgres/`.

Every method is one transaction, but `stage_part`, which belongs to its caller's, and
`pending_alerts`, whose rows stay locked until `alert_sent` or `commit`.
"""

# A call answers jsonb: its shape is promised in SQL, where mypy does not look.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pg8000.dbapi
from pg8000.exceptions import DatabaseError, InterfaceError

from stagecoach.database import detail, message, sqlstate
from stagecoach.errors import Busy, LoadRejected, Permanent, StagecoachError, Unavailable

Answer = dict[str, Any]

# The delete guard refused; the error's detail is the number of rows that would have gone.
GUARDED = "SC005"
# Seconds between the tries to lock a live table that is in use.
ADOPT_WAITS = (1, 2, 4, 8, 15, 30)
# Serialisation, deadlock, lock timeout, too many connections; and whole classes: connection,
# out of resources, operator intervention.
LOCKED = "55P03"
TRANSIENT = ("40001", "40P01", LOCKED, "SC003", "08", "53", "57", "25006")


def explain(error: BaseException) -> StagecoachError:
    """Our error for PostgreSQL's: what a retry may mend is Retryable, the rest is Permanent."""
    code = sqlstate(error)
    if not code:
        return Unavailable(f"the connection to the database broke: {error}")
    if code in ("SC001", GUARDED) or code.startswith(("22", "23")):
        return LoadRejected(message(error))
    if code == "SC002":
        return Busy(message(error))
    if code.startswith(TRANSIENT):
        return Unavailable(f"{message(error)} ({code})")
    return Permanent(message(error) if code == "SC004" else f"{message(error)} ({code})")


@contextmanager
def explained() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except (DatabaseError, InterfaceError, OSError) as error:
        raise explain(error) from error


class Ledger:
    """The ledger over one connection, which the caller opened and closes.

    Raises LoadRejected where a person must act, Busy for an attempt that is over, Unavailable
    where trying again may help, Permanent for anything else.
    """

    def __init__(self, connection: pg8000.dbapi.Connection) -> None:
        """Use an open connection, outside of a transaction."""
        self.connection = connection

    def receive(
        self,
        bucket: str,
        key: str,
        version_id: str,
        dataset: str,
        *,
        size: int,
        etag: str | None,
        sequencer: str | None,
        event_time: str,
    ) -> Answer:
        """Note a delivery; answers load_id, state, is_new. `event_time` is ISO 8601."""
        return self._ask(
            "select etl.receive(%s, %s, %s, %s, %s, %s, %s, %s)",
            *(bucket, key, version_id, dataset, size, etag, sequencer, event_time),
        )

    def queue(self, load_id: str, facts: Answer) -> Answer:
        """received -> queued; `facts` must hold pinned_key."""
        return self._ask("select etl.queue(%s, %s)", load_id, json.dumps(facts))

    def refuse(
        self,
        load_id: str,
        reason: str,
        rejects: list[Answer] | None = None,
        counts: Answer | None = None,
    ) -> Answer:
        """-> rejected, with an alert; a load that has ended is left alone."""
        sample, numbers = json.dumps(rejects or []), json.dumps(counts or {})
        return self._ask("select etl.refuse(%s, %s, %s, %s)", load_id, reason, sample, numbers)

    def claim(self, dataset: str) -> Answer | None:
        """The next load to run: load_id, attempt, pinned_key; None when there is nothing to do."""
        return self._ask("select etl.claim(%s)", dataset)

    def ready_members(self, dataset: str) -> list[str]:
        """The dataset, and the members of its batch of which a load may go: names."""
        return self._ask("select etl.ready_members(%s)", dataset)

    def look_at_batches(self, now: str | None = None) -> Answer:
        """Bring the days of batches in line with their loads, and tell once what lacks after its
        deadline: {open, alerted}. `now` is ISO 8601; the database's clock when it is None.
        """
        return self._ask("select etl.look_at_batches(%s::timestamptz)", now)

    def batches(self, name: str | None = None, max_days: int = 10) -> list[Answer]:
        """The batches, or one of them, with their newest days."""
        return self._ask("select etl.batches(%s::text, %s)", name, max_days)

    def unclaim(self, load_id: str) -> Answer:
        """Back to the queue: its workflow would not start."""
        return self._ask("select etl.unclaim(%s)", load_id)

    def started(self, load_id: str, workflow_run_id: str) -> Answer:
        """Note the workflow run that carries the load."""
        return self._ask("select etl.started(%s, %s)", load_id, workflow_run_id)

    def fail(self, load_id: str, reason: str, *, retryable: bool) -> Answer:
        """An attempt came to nothing: answers state queued (again) or failed."""
        return self._ask("select etl.fail(%s, %s, %s)", load_id, reason, retryable)

    def step(self, load_id: str, step: str, seconds: float, detail: Answer | None = None) -> None:
        """Note how long a step of the current attempt took."""
        details = json.dumps(detail or {})
        self._ask("select etl.step(%s, %s, %s, %s)", load_id, step, seconds, details)

    def open_loads(self, dataset: str) -> list[Answer]:
        """The running load, then the queued ones."""
        return self._ask("select etl.open_loads(%s)", dataset)

    def adopt_columns(self, load_id: str, attempt: int, extras: list[Answer]) -> list[str]:
        """Add undeclared columns of a file (name, found) to the live table; answers the new ones.

        A table that is in use is asked for again: its lock is never waited for long.
        """
        for wait in (*ADOPT_WAITS, None):
            try:
                given = json.dumps(extras)
                return self._ask("select etl.adopt_columns(%s, %s, %s)", load_id, attempt, given)
            except Unavailable as busy:
                if wait is None or LOCKED not in str(busy):
                    raise
                time.sleep(wait)
        raise AssertionError("the last wait is None, and that raises")

    def begin_stage(self, load_id: str, attempt: int) -> str:
        """Create the attempt's stage table afresh; answers its qualified, quoted name."""
        return self._ask("select etl.begin_stage(%s, %s)", load_id, attempt)

    def stage_part(self, load_id: str, attempt: int, part: int) -> bool:
        """Whether this task is the one to stage the part; its COPY goes into this transaction.

        The caller commits, or rolls back when False.
        """
        with explained():
            return self._value("select etl.stage_part(%s, %s, %s)", load_id, attempt, part)

    def apply_load(self, load_id: str, manifest: Answer) -> None:
        """Merge a staged load, exactly once; a load that is applied already is left alone.

        What the delete guard counted is noted, so that a person may approve it.
        """
        try:
            with self._transaction():
                self._value("call etl.apply_load(%s, %s)", load_id, json.dumps(manifest))
        except LoadRejected as refused:
            if (cause := refused.__cause__) and sqlstate(cause) == GUARDED:
                self.guarded(load_id, int(detail(cause)))
            raise

    def guarded(self, load_id: str, deletes: int) -> Answer:
        """Note how many rows would have gone when the delete guard refused a running load."""
        return self._ask("select etl.guarded(%s, %s)", load_id, deletes)

    def pending_alerts(self) -> list[Answer]:
        """Unsent alerts: alert_id, load_id, subject, message. They are ours until `commit`."""
        with explained():
            return self._value("select etl.pending_alerts()")

    def alert_sent(self, alert_id: int) -> None:
        """Take an alert out of the outbox, in the transaction of `pending_alerts`."""
        with explained():
            self._value("select etl.alert_sent(%s)", alert_id)

    def commit(self) -> None:
        """End the transaction of `stage_part` or `pending_alerts`."""
        with explained():
            self.connection.commit()

    def loads(self, dataset: str | None = None, max_rows: int = 20) -> list[Answer]:
        """The newest loads."""
        return self._ask("select etl.loads(%s::text, %s)", dataset, max_rows)

    def load_report(self, load_id: str) -> Answer:
        """One load, by its id or the start of it."""
        return self._ask("select etl.load_report(%s)", load_id)

    def rejects(self, load_id: str) -> list[Answer]:
        """The first refused rows of a load."""
        return self._ask("select etl.rejects(%s)", load_id)

    def find_delivery(
        self, bucket: str, key: str, version_id: str, dataset: str | None = None
    ) -> Answer | None:
        """The newest load of one object version, of a dataset or of any, or None."""
        given = (bucket, key, version_id, dataset)
        return self._ask("select etl.find_delivery(%s, %s, %s, %s::text)", *given)

    def replay(self, load_id: str) -> Answer:
        """A new load of the same delivery: received, or queued when it brings mended rows."""
        return self._ask("select etl.replay(%s)", load_id)

    def mend(
        self, load_id: str, mended_id: str, lines: list[int], facts: Answer, *, fills_whole: bool
    ) -> Answer:
        """A queued load of rows that a load refused; `is_new` is false when it was there."""
        given = (load_id, mended_id, lines, fills_whole, json.dumps(facts))
        return self._ask("select etl.mend(%s, %s, %s, %s, %s)", *given)

    def approve(self, load_id: str) -> Answer:
        """A new load of a delivery that the delete guard refused; it may delete as many rows."""
        return self._ask("select etl.approve(%s)", load_id)

    def next_publication(self, dataset: str) -> Answer | None:
        """The next load to publish: load_id, attempt, sent_at, approved_deletes, fills_whole,
        extras; None while one runs, while the first in line waits or has failed, or with no line.
        """
        return self._ask("select etl.next_publication(%s)", dataset)

    def publication_started(self, load_id: str, attempt: int, statement_id: str) -> Answer:
        """Note the Data API statement that carries an attempt."""
        given = (load_id, attempt, statement_id)
        return self._ask("select etl.publication_started(%s, %s, %s)", *given)

    def open_publications(self, dataset: str | None = None) -> list[Answer]:
        """The running and waiting publications, oldest first."""
        return self._ask("select etl.open_publications(%s::text)", dataset)

    def published(self, load_id: str, attempt: int, counts: Answer) -> Answer:
        """A load is in Redshift, with these counts."""
        return self._ask("select etl.published(%s, %s, %s)", load_id, attempt, json.dumps(counts))

    def unpublished(
        self, load_id: str, attempt: int, reason: str, *, retryable: bool, reached: bool = True
    ) -> Answer:
        """An attempt came to nothing: answers state waiting (and wait_seconds) or failed.

        `reached` is false where Redshift was not there to be asked: that is no attempt of its.
        """
        given = (load_id, attempt, reason, retryable, reached)
        return self._ask("select etl.unpublished(%s, %s, %s, %s, %s)", *given)

    def publication_delayed(self, load_id: str, attempt: int, reason: str) -> Answer:
        """An attempt is still at work: note for what, and tell somebody when it takes long."""
        return self._ask("select etl.publication_delayed(%s, %s, %s)", load_id, attempt, reason)

    def republish(self, load_id: str) -> Answer:
        """A load that failed on its way to Redshift is in line again; answers the load."""
        return self._ask("select etl.republish(%s)", load_id)

    def stale_views(self, target: str, dataset: str | None = None) -> list[Answer]:
        """The materialized views of a database that lack loads and are due: schema_name, view_name,
        datasets, seconds (of the last refresh).
        """
        return self._ask("select etl.stale_views(%s, %s::text)", target, dataset)

    def refresh_view(self, schema: str, name: str, seconds: float) -> Answer | None:
        """Refresh a view of PostgreSQL: {seconds}, None while another session does.

        Raises Unavailable when it takes longer than `seconds`.
        """
        with self._transaction():
            limit = f"{round(seconds * 1000)}ms"
            self._value("select set_config('statement_timeout', %s, true)", limit)
            return self._value("select etl.refresh_view(%s, %s)", schema, name)

    def view_not_refreshed(
        self, target: str, schema: str, name: str, reason: str, *, passing: bool
    ) -> Answer:
        """A refresh came to nothing, and is tried again: {alerted}. `passing` may pass by itself,
        and is told only when it does not.
        """
        given = (target, schema, name, reason, passing)
        return self._ask("select etl.view_not_refreshed(%s, %s, %s, %s, %s)", *given)

    def views_are_deployed(self) -> None:
        """The views of this build are in Redshift: they may be refreshed."""
        self._ask("select etl.views_are_deployed()")

    def begin_refresh(self, schema: str, name: str) -> Answer | None:
        """Take on the refresh of a view in Redshift: {token}, None while somebody does it."""
        return self._ask("select etl.begin_refresh(%s, %s)", schema, name)

    def refresh_started(self, schema: str, name: str, statement_id: str) -> None:
        """Note the Data API statement that refreshes a view."""
        self._ask("select etl.refresh_started(%s, %s, %s)", schema, name, statement_id)

    def running_refreshes(self, dataset: str | None = None) -> list[Answer]:
        """The refreshes that run in Redshift: schema_name, view_name, datasets, statement_id,
        token, running_seconds.
        """
        return self._ask("select etl.running_refreshes(%s::text)", dataset)

    def view_refreshed(self, schema: str, name: str) -> None:
        """A view in Redshift holds what was there when its refresh began."""
        self._ask("select etl.view_refreshed(%s, %s)", schema, name)

    def note_inferred(self, dataset: str, columns: list[Answer]) -> Answer:
        """Note where a crawler's columns (Name, Type) differ from the declaration."""
        return self._ask("select etl.note_inferred(%s, %s)", dataset, json.dumps(columns))

    @contextmanager
    def current_parts(self, dataset: str) -> Iterator[Answer]:
        """What the catalogue's table of a dataset is to hold: mode, whole, loads, columns,
        extra_rows, applied_at. Until the block ends nobody else gets an answer.
        """
        with self._transaction():
            yield self._value("select etl.current_parts(%s)", dataset)

    def due_marts(self) -> list[Answer]:
        """The marts to build: dataset, recipe (by which the database would have it computed)."""
        return self._ask("select etl.due_marts()")

    def begin_mart(self, dataset: str, bucket: str, *, is_asked: bool = False) -> Answer | None:
        """Ask for a build of a mart: load_id, state, is_new; None when it is not due, unless a
        person has asked for it.
        """
        return self._ask("select etl.begin_mart(%s, %s, %s)", dataset, bucket, is_asked)

    def pin_mart(self, load_id: str) -> Answer:
        """What a load of a mart is computed of: recipe, inputs, previous; the same at each call."""
        return self._ask("select etl.pin_mart(%s)", load_id)

    def unsettled_versions(self, bucket: str, versions: list[Answer]) -> list[Answer]:
        """Those of `versions` (key, version_id, datasets, ..) that did not get as far as the queue
        of a dataset, for each of these as (key, version_id, dataset, ..).
        """
        return self._ask("select etl.unsettled_versions(%s, %s)", bucket, json.dumps(versions))

    def drop_old_stages(self) -> int:
        """Drop the stage tables of loads that ended long ago; answers how many."""
        return self._ask("select etl.drop_old_stages()")

    def _ask(self, statement: str, *values: object) -> Any:
        with self._transaction():
            return self._value(statement, *values)

    def _value(self, statement: str, *values: object) -> Any:
        cursor = self.connection.cursor()
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with explained():
            try:
                yield
                self.connection.commit()
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        try:
            self.connection.rollback()
        except (DatabaseError, InterfaceError, OSError):
            # The connection is gone, and the server rolls back by itself.
            return
