"""From a file to a live table as in production, without a cloud: sniff, both jobs, the merge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from stagecoach.dataset import Dataset
from stagecoach.errors import Permanent
from stagecoach.frames.job import Job, Zones
from stagecoach.frames.session import Session
from stagecoach.frames.stage import stage_into
from stagecoach.frames.steps import Steps
from stagecoach.frames.transform import transform
from stagecoach.sniff import pinned_name, sniff
from tests.sql.worlds import World


@dataclass
class Pipe:
    """One dataset in one database."""

    world: World
    declared: Dataset

    def send(self, file: Path) -> dict:
        """Load a file; answers its load report. What refuses it is written to the ledger."""
        load_id = self.world.arrive(self.declared.name, key=f"{self.declared.name}/{file.name}")
        ledger = self.world.ledger()
        attempt = ledger.claim(self.declared.name)["attempt"]
        try:
            self._sniff(file)
            both_jobs(self.world, self._job(file, load_id, attempt))
        except Permanent as refusal:
            if ledger.load_report(load_id)["state"] == "running":
                ledger.refuse(load_id, str(refusal))
        return ledger.load_report(load_id)

    def _sniff(self, file: Path) -> None:
        def read(start: int, length: int) -> bytes:
            with file.open("rb") as opened:
                opened.seek(start)
                return opened.read(length)

        sniff(self.declared, file.name, file.stat().st_size, read)

    def _job(self, file: Path, load_id: str, attempt: int) -> Job:
        folder = self.world.folder / load_id
        folder.mkdir()
        pinned = folder / pinned_name(self.declared, file.name)
        pinned.symlink_to(file)
        zones = Zones(*(f"file://{folder}/{zone}" for zone in ("pinned", "clean", "rejected")))
        return Job.under(self.declared, load_id, attempt, f"file://{pinned}", zones)


def both_jobs(world: World, job: Job) -> None:
    """What Glue's two jobs do, without Spark."""
    session = Session(lambda: pytest.fail("Spark was started"))
    transform(session, job, Steps({}))
    stage_into(session, job, Steps({}), partial(world.server.connect, world.database))


def changes(load: dict) -> tuple[int, int, int]:
    """Inserted, updated, deleted of an applied load whose equation holds."""
    assert load["state"] == "applied", load["reason"]
    assert load["holds"]
    counts = load["counts"]
    return counts["inserted"], counts["updated"], counts["deleted"]
