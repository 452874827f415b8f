"""Stage one judged load in the database and merge it, exactly once."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from stagecoach import database
from stagecoach.errors import Permanent, Retryable, SetupError
from stagecoach.frames import copying, jdbc, objects
from stagecoach.frames.job import Job
from stagecoach.frames.session import Session
from stagecoach.frames.spread import Spread
from stagecoach.frames.steps import Steps
from stagecoach.ledger import Ledger
from stagecoach.log import log
from stagecoach.manifest import Manifest

WAITS = (0.5, 2, 5, 15)


def stage(session: Session, job: Job, steps: Steps) -> None:
    """Stage and merge in the environment's database.

    A refusal by the database's own rules is written to the ledger before it is raised.
    """
    if job.settings is None:
        raise SetupError("the job has no settings, so no database to stage into")
    settings = job.settings
    connect = partial(database.connect, settings, f"stagecoach {job.dataset.name}")
    where = jdbc.database(session.spark, settings) if job.dataset.size.writer == "jdbc" else None
    stage_into(session, job, steps, connect, where)


def stage_into(
    session: Session,
    job: Job,
    steps: Steps,
    connect: copying.Connect,
    where: jdbc.JdbcDatabase | None = None,
) -> None:
    """Stage through COPY, or through JDBC when `where` is given, then merge."""
    manifest = Manifest.from_json(objects.read(job.manifest).decode())
    connection = connect()
    try:
        ledger = Ledger(connection)
        added = ledger.adopt_columns(job.load_id, job.attempt, manifest.extras)
        table = ledger.begin_stage(job.load_id, job.attempt)
        with steps.step("stage rows"):
            staged = _stage(session, job, manifest, table, connect, where) if manifest.files else 0
        log("staged", rows=staged, table=table, added=added, **job.named)
        _report(ledger, job, [*manifest.steps, *steps.taken])
        with steps.step("merge"):
            # How long it took, and the steps after it, is noted in its own transaction.
            _merge(ledger, job, manifest, connect)
    finally:
        connection.close()


def _stage(
    session: Session,
    job: Job,
    manifest: Manifest,
    table: str,
    connect: copying.Connect,
    where: jdbc.JdbcDatabase | None,
) -> int | None:
    """Answers how many rows this attempt staged, where the writer tells."""
    declared = [column.name for column in job.dataset.columns]
    columns = (*(manifest.columns or declared), "_row_no", "_row_hash")
    if where is not None:
        jdbc.append(session.spark.read.parquet(*manifest.files).select(*columns), table, where)
        return None
    copier = copying.Copier(connect, job.load_id, job.attempt, table, columns)
    return copying.copy(Spread.of(session, job.dataset), manifest.files, copier)


def _merge(ledger: Ledger, job: Job, manifest: Manifest, connect: copying.Connect) -> None:
    """Merge; trying again is harmless, since an applied load is left alone."""
    given: dict[str, Any] = json.loads(manifest.to_json())
    for wait in (*WAITS, None):
        try:
            ledger.apply_load(job.load_id, given)
            return
        except Permanent as refusal:
            ledger.refuse(job.load_id, str(refusal), given["rejects"], given["counts"])
            raise
        except Retryable as error:
            # A stage that is not what the manifest says needs staging again, not merging again.
            if wait is None or "(SC003)" in str(error):
                raise
            log("merge again", reason=str(error), wait=wait, **job.named)
            time.sleep(wait)
            # The connection may be what broke.
            ledger = Ledger(connect())
    raise AssertionError("the last wait is None, and that raises")


def _report(ledger: Ledger, job: Job, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        ledger.step(job.load_id, step["step"], step["seconds"])
