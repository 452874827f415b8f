"""Bring the database to what this build holds: migrations once, everything else every time."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pg8000.dbapi

from stagecoach import steps
from stagecoach.errors import Permanent, StagecoachError, Unavailable
from stagecoach.ledger import LOCKED, explained
from stagecoach.log import log

DATASET_FILES = ("dataset.sql", "table.sql", "merge.sql", "evolve.sql", "hash.sql")
# Below the 300 s that Terraform gives the function, a second try included.
PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0


def migrate(
    connection: pg8000.dbapi.Connection, folder: Path, patience: float = PATIENCE_SECONDS
) -> dict[str, Any]:
    """Run the SQL of `folder` (`migrations/`, `procedures/`, `views/`, `datasets/*/`, `batches/`,
    `steps/`, then `dataset_views/`: those of the folder views/, each after those that it reads).

    One transaction under one lock: all of it or nothing, and two deployments take turns. A live
    table that is in use is waited for by coming back, for `patience` seconds: a deployment that
    waited in the queue for its lock would keep every later reader waiting too.
    Answers {"migrations": [new ones], "procedures": n, "views": n, "datasets": [names],
    "batches": [names], "steps": [those whose text changed], "dataset_views": n}.
    Raises Permanent for an old migration whose text changed, LoadRejected for a live table that
    a person must change, Unavailable when a table stays in use.
    """
    give_up = time.monotonic() + patience
    pause = PAUSE_SECONDS
    while True:
        try:
            summary = _run_whole(connection, folder)
        except Unavailable as busy:
            if LOCKED not in str(busy) or time.monotonic() + pause > give_up:
                raise
            log("migrate again", reason=str(busy), wait=pause)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            log("migrated", **summary)
            return summary


def _run_whole(connection: pg8000.dbapi.Connection, folder: Path) -> dict[str, Any]:
    with explained():
        try:
            summary = _run(connection.cursor(), folder)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
    return summary


def _run(cursor: pg8000.dbapi.Cursor, folder: Path) -> dict[str, Any]:
    cursor.execute("select pg_advisory_xact_lock(hashtextextended('etl.migrate', 0))")
    cursor.execute("set local lock_timeout = '30s'")
    # Functions name one another; each file may come before the ones it needs.
    cursor.execute("set local check_function_bodies = off")
    return {
        "migrations": _migrate(cursor, sorted((folder / "migrations").glob("*.sql"))),
        "procedures": _run_all(cursor, sorted((folder / "procedures").glob("*.sql"))),
        "views": _run_all(cursor, sorted((folder / "views").glob("*.sql"))),
        "datasets": _datasets(cursor, folder / "datasets"),
        "batches": _batches(cursor, folder / "batches"),
        "steps": steps.deploy(cursor, folder / "steps"),
        "dataset_views": _dataset_views(cursor, folder / "dataset_views"),
    }


def _migrate(cursor: pg8000.dbapi.Cursor, files: list[Path]) -> list[str]:
    """Run what is new. The first file makes the table of migrations, so it runs every time."""
    if not files:
        return []
    cursor.execute(files[0].read_text("utf-8"))
    cursor.execute("select name, digest from etl.migration")
    known = dict(cursor.fetchall())
    ran = []
    for file in files[1:]:
        text = file.read_text("utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if file.name not in known:
            cursor.execute(text)
            cursor.execute("insert into etl.migration values (%s, %s)", (file.name, digest))
            ran.append(file.name)
        elif known[file.name] != digest:
            raise Permanent(
                f"migration {file.name} was changed after it ran here - "
                "restore its text and put the change in a new migration"
            )
    return ran


def _run_all(cursor: pg8000.dbapi.Cursor, files: list[Path]) -> int:
    for file in files:
        cursor.execute(file.read_text("utf-8"))
    return len(files)


def _datasets(cursor: pg8000.dbapi.Cursor, folder: Path) -> list[str]:
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for name in names:
        files = [folder / name / file for file in DATASET_FILES]
        _run_all(cursor, [file for file in files if file.is_file()])
    return names


def _batches(cursor: pg8000.dbapi.Cursor, folder: Path) -> list[str]:
    """The first file forgets those that are gone; each of the others is a batch."""
    files = sorted(folder.glob("*.sql"))
    _run_all(cursor, files)
    return [file.stem for file in files[1:]]


def _dataset_views(cursor: pg8000.dbapi.Cursor, folder: Path) -> int:
    files = sorted(folder.glob("*.sql"))
    for file in files:
        try:
            with explained():
                cursor.execute(file.read_text("utf-8"))
        except StagecoachError as error:
            raise type(error)(f"{folder.name}/{file.name}: {error}") from error
    return len(files)
