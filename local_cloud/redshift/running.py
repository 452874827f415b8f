"""Executions on their way: each in a thread and a session of its own."""

from __future__ import annotations

import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from local_cloud import delays, snapshot
from local_cloud.redshift import events, keeping, language
from local_cloud.redshift.copy_options import SYNTAX
from local_cloud.redshift.errors import Cancelled, Failed
from local_cloud.redshift.executions import Execution, Statement
from local_cloud.redshift.identification import cluster_of, open_session
from local_cloud.redshift.lexing import tokens
from local_cloud.redshift.session import Session

log = logging.getLogger(__name__)
EVENT_SECONDS = 1.0
# Apart from the shared pool: a statement may wait long for a lock.
_pool = ThreadPoolExecutor(50, thread_name_prefix="redshift")


@dataclass
class Running:
    """An execution and the strings to stop it by."""

    execution: Execution
    cancelled: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_committing: bool = False
    session: Session | None = None


_running: dict[str, Running] = {}
_stopping = threading.Event()


def submit(execution: Execution, keep: keeping.Keep | None = None) -> None:
    """Begin it in the background."""
    running = _running[execution.id] = Running(execution)
    _pool.submit(_run, running, keep)


def wait(execution: Execution, seconds: float) -> None:
    """Wait for its end, no longer than told."""
    running = _running.get(execution.id)
    if running is not None and seconds:
        running.over.wait(seconds)


def cancel(execution: Execution) -> bool:
    """Stop it, on the server too; answers False when it is too late for that."""
    running = _running.get(execution.id)
    if running is None or not execution.is_live:
        return False
    with running.lock:
        if running.is_committing or not execution.is_live:
            return False
        running.cancelled.set()
        if execution.pid:
            _interrupt(execution)
    return True


def stop() -> None:
    """Begin nothing more; what the servers now drop has failed when the cloud is back."""
    _stopping.set()
    _pool.shutdown(wait=False, cancel_futures=True)


def end_leftover(execution: Execution) -> None:
    """What was running when the cloud ended was rolled back: say so."""
    for statement in execution.statements:
        statement.error = None
    _close(execution, Failed("the local cloud was stopped while this ran"))
    delays.later(EVENT_SECONDS, events.tell, execution)  # when whoever listens is back too


def used(sql: str) -> set[str]:
    """The names of the parameters that a statement refers to."""
    return {token.text[1:] for token in tokens(sql) if re.fullmatch(r":[A-Za-z_]\w*", token.text)}


def _run(running: Running, keep: keeping.Keep | None) -> None:
    execution, begun = running.execution, time.monotonic()
    execution.become("STARTED")
    try:
        wrong = _attempt(running, keep)
        if wrong is not None and _stopping.is_set():
            return
        execution.seconds = time.monotonic() - begun
        _close(execution, wrong)
    except Exception:
        log.exception("the statement %s crashed", execution.id)
        _close(execution, Failed("the local cloud crashed; its log has the traceback"))
    finally:
        _running.pop(execution.id, None)
        running.over.set()
    snapshot.changed()
    events.tell(execution)


def _attempt(running: Running, keep: keeping.Keep | None) -> Failed | None:
    """Run everything; answers what went wrong."""
    execution = running.execution
    try:
        with keeping.session(keep, lambda: open_session(execution.place)) as session:
            execution.pid, session.is_cancelled = session.pid, running.cancelled.is_set
            if not execution.is_batch:
                _one(running, session, execution.statements[0])
            elif execution.is_transaction:
                _together(running, session)
            else:
                return _each(running, session)
    except Failed as wrong:
        return wrong
    return None


def _together(running: Running, session: Session) -> None:
    session.run("begin")
    try:
        for statement in running.execution.statements:
            _one(running, session, statement)
        with running.lock:
            if running.cancelled.is_set():
                raise Cancelled
            running.is_committing = True
        session.run("commit")
    except Failed:
        with suppress(Failed):
            session.run("rollback")
        raise


def _each(running: Running, session: Session) -> Failed | None:
    """AUTO_COMMIT: a statement that fails leaves the others alone."""
    wrong: Failed | None = None
    for statement in running.execution.statements:
        try:
            _one(running, session, statement)
        except Cancelled as asked:
            return asked
        except Failed as found:
            wrong = wrong or found
    return wrong


def _one(running: Running, session: Session, statement: Statement) -> None:
    if running.cancelled.is_set():
        raise Cancelled
    begun = time.monotonic()
    statement.become("STARTED")
    names = used(statement.sql)
    given = running.execution.parameters
    try:
        if len(language.split(statement.sql)) > 1:
            raise Failed("cannot insert multiple commands into a prepared statement", code=SYNTAX)
        statement.result = session.run(
            statement.sql, {each["name"]: each["value"] for each in given if each["name"] in names}
        )
    except Failed as wrong:
        statement.become("ABORTED" if isinstance(wrong, Cancelled) else "FAILED", str(wrong))
        raise
    finally:
        statement.query, statement.seconds = session.query, time.monotonic() - begun
    statement.become("FINISHED")


def _close(execution: Execution, wrong: Failed | None) -> None:
    """Give it and what is left of it their last states."""
    at = next((n for n, each in enumerate(execution.statements, 1) if each.error), 0)
    for statement in execution.statements:
        if statement.status in ("SUBMITTED", "STARTED"):
            statement.become("ABORTED")
    if wrong is None:
        execution.become("FINISHED")
    elif isinstance(wrong, Cancelled):
        execution.become("ABORTED", str(wrong))
    else:
        which = f"Query #{at} failed with " if execution.is_batch and at else ""
        execution.become("FAILED", f"{which}{wrong}")


def _interrupt(execution: Execution) -> None:
    try:
        server: Any = cluster_of(execution.place).server
        server.execute(f"select pg_cancel_backend({execution.pid})")
    except Exception:
        log.exception("the statement %s could not be interrupted", execution.id)
