"""Files in, marts out: both jobs and the merge on a real PostgreSQL, with the zones in a folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from stagecoach.dataset import Dataset
from stagecoach.declaration import load_all
from stagecoach.errors import Permanent
from stagecoach.frames.job import Job, Zones
from stagecoach.frames.session import Session
from stagecoach.frames.stage import stage_into
from stagecoach.frames.steps import Steps
from stagecoach.frames.transform import transform
from tests.sql.worlds import World

WITHOUT_SPARK = Session(lambda: pytest.fail("Spark was started"))


@dataclass
class Mill:
    """One project in one database."""

    world: World
    spark: SparkSession
    folder: Path
    datasets: dict[str, Dataset] = field(default_factory=dict)

    @property
    def zones(self) -> Zones:
        """The roots of the zones."""
        return Zones(*(f"file://{self.folder}/{zone}" for zone in ("pinned", "clean", "rejected")))

    def declare(self, **files: str) -> None:
        """Deploy the declarations: `daily_yaml` is the text of daily.yaml."""
        place = self.folder / "datasets"
        place.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (place / re.sub("_(yaml|sql)$", r".\1", name)).write_text(text)
        self.datasets = load_all(place)
        self.world.deploy(*self.datasets.values())

    def send(self, name: str, *lines: str) -> dict:
        """Load a file of these lines, its header first; answers the report."""
        load_id = self.world.arrive(name)
        attempt = self.world.own.claim(name)["attempt"]
        pinned = self.folder / "pinned" / load_id / "data.csv"
        pinned.parent.mkdir(parents=True)
        pinned.write_text("".join(f"{line}\n" for line in lines))
        self._run(WITHOUT_SPARK, name, load_id, attempt, pinned)
        report = self.world.own.load_report(load_id)
        assert report["state"] == "applied", report["reason"]
        return report

    def build(self, name: str, *, is_asked: bool = False) -> dict:
        """Build a mart that is due; answers the report."""
        return self.finish(name, self.ask(name, is_asked=is_asked))

    def ask(self, name: str, *, is_asked: bool = False) -> str:
        """As far as the queue; answers the load."""
        begun = self.world.own.begin_mart(name, "clean", is_asked=is_asked)
        assert begun is not None, f"{name} is not due"
        self.pin(begun["load_id"])
        return begun["load_id"]

    def pin(self, load_id: str) -> None:
        """Write down what a build is computed of, and queue it."""
        pinned = self.folder / "pinned" / load_id / "inputs.json"
        pinned.parent.mkdir(parents=True, exist_ok=True)
        pinned.write_text(json.dumps(self.world.own.pin_mart(load_id)))
        self.world.own.queue(load_id, {"pinned_key": f"{load_id}/inputs.json"})

    def finish(self, name: str, load_id: str) -> dict:
        """Both jobs of a build that is queued; answers the report."""
        claimed = self.world.own.claim(name)
        assert claimed["load_id"] == load_id
        pinned = self.folder / "pinned" / load_id / "inputs.json"
        try:
            self._run(Session(lambda: self.spark), name, load_id, claimed["attempt"], pinned)
        except Permanent as refusal:
            self.world.own.refuse(load_id, str(refusal))
        return self.world.own.load_report(load_id)

    def _run(self, session: Session, name: str, load_id: str, attempt: int, pinned: Path) -> None:
        job = Job.under(self.datasets[name], load_id, attempt, f"file://{pinned}", self.zones)
        transform(session, job, Steps({}))
        connect = partial(self.world.server.connect, self.world.database)
        stage_into(WITHOUT_SPARK, job, Steps({}), connect)

    def manifest(self, report: dict) -> dict:
        """The manifest of a load."""
        return json.loads(
            (self.folder / "pinned" / report["load_id"] / "manifest.json").read_text()
        )

    def rows(self, table: str, columns: str = "*") -> list[tuple]:
        """The live rows in order."""
        return self.world.run(f"select {columns} from {table} order by 1, 2")


def changed(report: dict) -> tuple[int, int, int, int]:
    """Inserted, updated, deleted, unchanged of an applied build whose equation holds."""
    assert report["state"] == "applied", report["reason"]
    assert report["holds"]
    counts = report["counts"]
    return tuple(counts[each] for each in ("inserted", "updated", "deleted", "unchanged"))
