"""The second half: Parquet in S3 becomes the table in Redshift, in one transaction."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import chain

from stagecoach.batch import (
    ADOPT,
    COPY,
    CREATE,
    DROP,
    LOCK,
    MARKS,
    columns,
    copy_manifest,
)
from stagecoach.copy_errors import why_copy_refused
from stagecoach.errors import Permanent, StagecoachError, Unavailable
from stagecoach.frames import objects
from stagecoach.frames.migration.desk import Desk
from stagecoach.frames.migration.extract import Extract, Part
from stagecoach.frames.migration.pieces import COUNTS, Kind
from stagecoach.frames.migration.task import Task
from stagecoach.log import log
from stagecoach.quoting import quoted
from stagecoach.quoting import redshift_literal as text
from stagecoach.table_migration import Migrations
from stagecoach.warehouse import Redshift

# How long the whole of a table may take in Redshift; the Data API ends a statement after a day.
# https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
PATIENCE_SECONDS = 24 * 3600.0
ASK_SECONDS = 60.0
HASH_SECONDS = 4 * 3600.0
TRIES = 5
PAUSE_SECONDS = 10.0  # before the second try, and as much more before each later one

# What etl.applied gets: times in UTC, as Parquet has them.
CREATE_LOADS = (
    "create table stage.{stage} (load_id varchar(36), sent_at timestamp, applied_at timestamp, "
    + ", ".join(f"{count} bigint" for count in (*COUNTS, *MARKS))
    + ");"
)
TAKE = (
    "call etl.{take}({migration_id}, {good}, {hash_sum}, {gone}, {gone_sum}, {loads}, {loads_sum}, "
    "{live_sum}, {sent_at}, {extras});"
)
WAS_APPLIED = "select good from etl.applied where load_id = :migration_id"
HASHED = "select row_count, hash_sum from etl.{hash}"
OF_HISTORY = ("valid_from", "valid_to")
SUFFIX: dict[Kind, str] = {
    "rows": "__migration",
    "gone": "__migration_gone",
    "loads": "__migration_loads",
}


@dataclass(frozen=True)
class Place:
    """Where a snapshot goes: the warehouse, and what its statements are called there."""

    redshift: Redshift
    task: Task
    desk: Desk
    name: str

    def run(self, found: Extract, statement_id: str | None = None) -> None:
        """Put the snapshot into Redshift, unless an earlier attempt has done it; one that still
        does it (`statement_id`) is waited for.

        Raises Unavailable when Redshift stays away, Permanent with a sentence when it refuses.
        """
        if statement_id is not None:
            self._wait_for(statement_id)
        tried = 0
        while not self.is_done():
            tried += 1
            try:
                self._submit(found, tried)
            except Unavailable as error:
                if tried == TRIES:
                    raise
                log("place again", reason=str(error), tried=tried, **self.task.named)
                time.sleep(PAUSE_SECONDS * tried)

    def is_done(self) -> bool:
        """Whether the transaction of this migration has committed."""
        asked = self.redshift.ask(WAS_APPLIED, ASK_SECONDS, migration_id=self.task.migration_id)
        return bool(asked)

    def hashed(self) -> tuple[int, int]:
        """How many rows readers find in Redshift by now, and their hash sum."""
        statement = HASHED.format(hash=quoted(f"hash__{self.task.dataset.name}"))
        found = self.redshift.ask(statement, HASH_SECONDS)[0]
        return int(found["row_count"]), int(found["hash_sum"])

    def _submit(self, found: Extract, tried: int) -> None:
        statements = batch(self.task, found, self.redshift.place.role)
        token = f"{self.task.migration_id}-{self.task.attempt}-{tried}"
        submitted = self.redshift.submit(statements, name=self.name, token=token)
        self.desk.tell(Migrations.asked, submitted)
        try:
            self.redshift.wait(submitted, PATIENCE_SECONDS)
        except Permanent as refusal:
            raise self._explained(refusal) from refusal
        if not self.is_done():
            raise Permanent("the batch ended and left no row in etl.applied - deploy again")

    def _wait_for(self, statement_id: str) -> None:
        try:
            self.redshift.wait(statement_id, PATIENCE_SECONDS)
        except StagecoachError as error:
            reason = str(error)
            log("earlier statement", statement_id=statement_id, reason=reason, **self.task.named)

    def _explained(self, refusal: Permanent) -> Permanent:
        """What COPY refused, where Redshift tells; otherwise its own words."""
        dataset, migration_id = self.task.dataset.name, self.task.migration_id
        details = why_copy_refused(self.redshift, migration_id, dataset, ASK_SECONDS)
        return Permanent(details) if details else refusal


def batch(task: Task, found: Extract, role: str) -> list[str]:
    """The statements, which are one transaction. Writes the manifests that COPY reads."""
    dataset = task.dataset.name
    extras = json.dumps(found.extras, ensure_ascii=False)
    begin = [LOCK.format(lock=quoted(f"lock__{dataset}"))]
    if found.extras:
        begin.append(ADOPT.format(adopt=quoted(f"adopt__{dataset}"), extras=text(extras)))
    staged = chain.from_iterable(
        _staged(task, kind, part, role) for kind, part in sorted(found.parts.items())
    )
    return [*begin, *staged, _take(task, found)]


def _staged(task: Task, kind: Kind, part: Part, role: str) -> list[str]:
    """The statements that fill one stage table; without files there is nothing to copy."""
    stage = quoted(f"{task.dataset.name}{SUFFIX[kind]}")
    shape = quoted(task.dataset.name)
    create = CREATE_LOADS if kind == "loads" else CREATE
    made = [
        DROP.format(stage=stage),
        create.format(stage=stage, shape=shape, columns=_shaped(part.columns)),
    ]
    if part.files:
        uri = f"{task.folder}/{kind}.copy.manifest"
        objects.write(uri, copy_manifest(part.files).encode())
        made.append(COPY.format(stage=stage, manifest=text(uri), role=text(role)))
    return made


def _shaped(names: list[str]) -> str:
    """The columns of a stage table, in the order of the files; a history's own are not in the
    table that it is made like.
    """
    if not set(OF_HISTORY) <= set(names):
        return columns(names)
    added = [f"cast(null as timestamp) as {name}" for name in OF_HISTORY]
    declared = [quoted(name) for name in names if name not in OF_HISTORY]
    return ", ".join([*declared, *added, *MARKS])


def _take(task: Task, found: Extract) -> str:
    rows, loads = found.parts["rows"], found.parts["loads"]
    gone = found.parts.get("gone", Part([]))
    return TAKE.format(
        take=quoted(f"take_table__{task.dataset.name}"),
        migration_id=text(task.migration_id),
        good=rows.rows,
        hash_sum=text(rows.hash_sum),
        gone=gone.rows,
        gone_sum=text(gone.hash_sum),
        loads=loads.rows,
        loads_sum=text(loads.hash_sum),
        live_sum=text(found.live_sum),
        sent_at=text(found.sent_at),
        extras=text("".join(f", {quoted(name)}" for name in found.extras)),
    )
