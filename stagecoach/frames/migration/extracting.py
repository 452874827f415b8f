"""The first half: one snapshot of PostgreSQL becomes Parquet in the pinned zone."""

from __future__ import annotations

from typing import Any

from stagecoach.errors import Unavailable
from stagecoach.frames import objects
from stagecoach.frames.migration.desk import Desk
from stagecoach.frames.migration.extract import Extract, Part
from stagecoach.frames.migration.pieces import Kind, Piece, pieces
from stagecoach.frames.migration.reading import Reader
from stagecoach.frames.migration.snapshots import taken
from stagecoach.frames.migration.task import Task
from stagecoach.frames.spread import Spread
from stagecoach.log import log
from stagecoach.table_migration import Migrations


def extract(spread: Spread, task: Task, desk: Desk) -> Extract:
    """Read the whole table in one snapshot and write it; the ledger is told how far it is.

    Raises LoadRejected for a value that Redshift has no room for, Unavailable when the snapshot is
    lost or the parts are not what PostgreSQL counted.
    """
    with taken(desk.connect, task) as snapshot:
        contents = snapshot.contents
        for earlier in (*contents["earlier"], task.migration_id):
            objects.remove(task.folder_of(earlier))
        wanted = pieces(task.dataset, contents)
        desk.tell(Migrations.planned, len(wanted))
        told = spread.over(wanted, Reader(snapshot.snapshot, task.folder, desk.moved))
    rows, live_sum = (sum(one["live"][at] for one in told) for at in (0, 1))
    found = Extract(
        migration_id=task.migration_id,
        live_sum=str(live_sum),
        sent_at=contents["sent_at"],
        extras=contents["extras"],
        contained=contents["contained"],
        loads=contents["loads"],
        parts=_parts(wanted, told),
    )
    if found.rows != rows:
        raise Unavailable(f"{found.rows:,} rows were read of {rows:,} in the snapshot - read again")
    objects.write(task.manifest, found.to_json().encode())
    log("extracted", rows=rows, parts=len(wanted), hash_sum=live_sum, **task.named)
    return found


def _parts(wanted: list[Piece], told: list[dict[str, Any]]) -> dict[Kind, Part]:
    columns = {piece.kind: [field.name for field in piece.fields] for piece in wanted}
    return {
        kind: Part.of(names, (one for one in told if one["kind"] == kind))
        for kind, names in columns.items()
    }
