"""Take the whole table of a dataset to Redshift: read one snapshot, place it, verify it."""

from __future__ import annotations

from stagecoach.errors import Permanent
from stagecoach.frames import objects
from stagecoach.frames.migration.desk import Desk
from stagecoach.frames.migration.extract import Extract
from stagecoach.frames.migration.extracting import extract
from stagecoach.frames.migration.placing import Place
from stagecoach.frames.migration.task import Task
from stagecoach.frames.spread import Spread
from stagecoach.frames.steps import Steps
from stagecoach.log import log
from stagecoach.table_migration import Migration, Migrations


def migrate_table(
    spread: Spread, task: Task, steps: Steps, desk: Desk, place: Place, begun: Migration
) -> Migration:
    """Migrate; each half is skipped where an earlier attempt has done it. `begun` is what the
    ledger knows of this attempt; answers what it knows at the end.

    Raises StagecoachError for what went wrong; the caller notes it.
    """
    if begun["read_at"] is None:
        with steps.step("read the table"):
            found = extract(spread, task, desk)
        told = {
            "rows": found.rows,
            "hash_sum": found.live_sum,
            "loads": found.loads,
            "contained": found.contained,
        }
        desk.tell(Migrations.read, told)
    else:
        found = Extract.from_json(objects.read(task.manifest))
    with steps.step("place it in Redshift"):
        place.run(found, begun["statement_id"])
    with steps.step("verify"):
        rows, hash_sum = place.hashed()
        _check(task, found, rows, hash_sum)
        ended = desk.tell(Migrations.migrated, rows, hash_sum)
    objects.remove(task.folder)
    log("migrated", rows=rows, hash_sum=hash_sum, **task.named)
    return ended


def _check(task: Task, found: Extract, rows: int, hash_sum: int) -> None:
    if (rows, str(hash_sum)) != (found.rows, found.live_sum):
        raise Permanent(
            f"{task.target.schema}.{task.target.table} has {rows:,} rows with hash sum {hash_sum} "
            f"in Redshift, PostgreSQL had {found.rows:,} and {found.live_sum}: somebody else wrote "
            "there - give this migration up (--abandon), and migrate again"
        )
