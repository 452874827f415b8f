"""The taxi system without a cloud: files in, dimensions and the fact out."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

from stagecoach.errors import Permanent
from stagecoach.frames.job import Job
from stagecoach.frames.rows.lookups import Rows
from stagecoach.frames.stage import stage_into
from stagecoach.frames.steps import Steps
from stagecoach.frames.transform import transform
from tests.frames.marts.mill import WITHOUT_SPARK, Mill
from tests.sql.worlds import ROOT

PROJECT = ROOT / "examples" / "taxi"
DIMENSIONS = ("taxi_location", "taxi_payment_type", "taxi_ratecode", "taxi_type", "taxi_vendor")


class Town(Mill):
    """The project `examples/taxi` in one database."""

    def declare_project(self, **changed: str) -> None:
        """Deploy the project, some of its files with other texts."""
        place = self.folder / "datasets"
        shutil.copytree(PROJECT / "datasets", place)
        self.declare(**changed)

    def bring(self, name: str, path: Path, etag: str | None = None) -> dict:
        """Load a file, whose bytes are `etag`; answers the report, whatever became of it."""
        load_id = self.receive(name, path, etag)
        if self.world.own.load_report(load_id)["state"] == "queued":
            self.run_next(name, path)
        return self.world.own.load_report(load_id)

    def receive(self, name: str, path: Path, etag: str | None = None) -> str:
        """A file as far as the queue; answers its load."""
        tick = len(self.world.own.loads(None, 1000))
        told = {"version_id": f"{path.name} {tick}", "sequencer": f"{tick:08X}"}
        moment = f"2026-01-01T{tick // 60:02d}:{tick % 60:02d}:00Z"
        key = f"{name}/{path.name}"
        noted = self.world.own.receive("landing", key, dataset=name, size=1, etag=etag,
                                       event_time=moment, **told)  # fmt: skip
        load_id = noted["load_id"]
        self.world.own.queue(load_id, {"pinned_key": f"{load_id}/{path.name}"})
        return load_id

    def run_next(self, name: str, path: Path) -> str:
        """Both jobs of the load that is next; answers it. What refuses it is in the ledger."""
        claimed = self.world.own.claim(name)
        assert claimed is not None, "it waits"
        load_id = claimed["load_id"]
        pinned = self.folder / "pinned" / load_id / f"data{path.suffix}"
        pinned.parent.mkdir(parents=True, exist_ok=True)
        pinned.symlink_to(path)
        job = Job.under(
            self.datasets[name], load_id, claimed["attempt"], f"file://{pinned}", self.zones
        )
        job = replace(job, lookups=self._looked_up(claimed["lookups"]))
        try:
            transform(WITHOUT_SPARK, job, Steps({}))
            connect = partial(self.world.server.connect, self.world.database)
            stage_into(WITHOUT_SPARK, job, Steps({}), connect)
        except Permanent as refusal:
            self.world.own.refuse(load_id, str(refusal))
        return load_id

    def _looked_up(self, given: dict[str, list[str]]) -> tuple[Rows, ...]:
        return tuple(
            Rows(self.datasets[name], tuple(loads), f"{self.zones.clean}/{name}")
            for name, loads in given.items()
        )

    def build_dimensions(self) -> None:
        """All five."""
        for name in DIMENSIONS:
            report = self.build(name)
            assert report["state"] == "applied", report["reason"]

    def one(self, statement: str) -> tuple:
        """The only row of a question."""
        [row] = self.world.run(statement)
        return row
