"""Run a migration as a Glue job: its task from the arguments, and an ending that is noted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial

from stagecoach import database
from stagecoach.errors import StagecoachError
from stagecoach.frames.job import arguments
from stagecoach.frames.migration.desk import Desk
from stagecoach.frames.migration.migrate import migrate_table
from stagecoach.frames.migration.placing import Place
from stagecoach.frames.migration.task import Setting, read_setting
from stagecoach.frames.session import Session, start
from stagecoach.frames.spread import Spread
from stagecoach.frames.steps import Steps
from stagecoach.log import log
from stagecoach.table_migration import Migrations
from stagecoach.warehouse import Redshift


def run(argv: Sequence[str] | None = None) -> None:
    """Run the job. Exits with 1, one log line and a note in the ledger for an error that is meant
    to be read; anything else is found by whoever looks at a job run that ended without a word.
    """
    try:
        given = arguments(sys.argv[1:] if argv is None else argv)
        _run(read_setting(given), given.get("JOB_RUN_ID", ""))
    except StagecoachError as error:
        log("ended", error=type(error).__name__, reason=str(error))
        sys.exit(f"{type(error).__name__}: {error}")


def _run(setting: Setting, run_id: str) -> None:
    task = setting.task
    connect = partial(database.connect, setting.settings, f"migrate {task.dataset.name}")
    desk = Desk(connect, task.migration_id, task.attempt)
    begun = desk.tell(Migrations.job_started, run_id)
    spread = Spread.of(Session(lambda: start("migrate_table")[0]), task.dataset)
    name = setting.settings.workflow(task.dataset.name)
    place = Place(Redshift(setting.warehouse), task, desk, name)
    try:
        migrate_table(spread, task, Steps(task.named), desk, place, begun)
    except StagecoachError as error:
        desk.tell(Migrations.failed, str(error))
        raise
