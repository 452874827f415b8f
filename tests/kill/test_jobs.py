"""Wherever the jobs are killed, the next attempt brings the rows, once."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from pg8000.exceptions import InterfaceError

from stagecoach.dataset import Dataset
from stagecoach.frames import copying, transform
from stagecoach.frames.copying import Copier
from stagecoach.frames.files import splits
from stagecoach.frames.job import Job, Zones
from stagecoach.frames.rows import onepass
from stagecoach.frames.spread import Spread
from stagecoach.ledger import Ledger, explained
from tests.kill.killing import kill_at
from tests.sql.worlds import World, dataset
from tests.systems.pipe import both_jobs

OLD = [(number, "grass") for number in range(1, 41)]
NEW = [*OLD[5:], *((number, "paved") for number in range(41, 51))]
SECOND_PART = {"when": lambda _, part, uri: part == 1}


@dataclass
class Work:
    """A dataset with rows, and a second file of it on its way through both jobs."""

    world: World
    declared: Dataset
    folder: Path
    load_id: str = ""

    def attempt(self, number: int) -> None:
        """Both jobs, as Glue starts them."""
        zones = Zones(*(f"file://{self.folder}/{zone}" for zone in ("pinned", "clean", "rejected")))
        uri = f"file://{self.folder}/data.csv"
        both_jobs(self.world, Job.under(self.declared, self.load_id, number, uri, zones))

    def claim(self) -> int:
        return self.world.ledger().claim(self.declared.name)["attempt"]


@pytest.fixture
def work(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(splits, "LEAST", 100)  # several parts
    monkeypatch.setattr(Spread, "cores", 1)  # one after the other
    monkeypatch.setattr(splits, "how_many", lambda size, _: size // 100)
    declared = dataset()
    world.deploy(declared)
    world.load(OLD)
    lines = ["id,surface", *(f"{number},{surface}" for number, surface in NEW)]
    (tmp_path / "data.csv").write_text("\n".join(lines) + "\n")
    made = Work(world, declared, tmp_path)
    made.load_id = world.arrive()
    return made


POINTS = {
    "X4 pinned, not transformed": (transform, "_judge", {}),
    "X5 a split judged, the next not": (onepass.OnePass, "__call__", {"when": lambda _, at: at}),
    "X5 judged, no manifest": (transform, "_write", {}),
    "X5 a part staged, the next not": (Copier, "__call__", SECOND_PART),
    "X5 rows streamed, the part not committed": (Ledger, "commit", {}),
    "X6 all staged, not merged": (Ledger, "apply_load", {}),
    "X7 merged, not committed": (Ledger, "_value", {
        "after": True, "when": lambda _, statement, *__: "apply_load" in statement}),
    "X9 committed, nothing told": (Ledger, "apply_load", {"after": True}),
}  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_attempt_is_made_good_by_the_next(work: Work, point: str) -> None:
    owner, name, how = POINTS[point]
    first = work.claim()
    kill_at(owner, name, partial(work.attempt, first), **how)
    ledger = work.world.ledger()
    applied = ledger.load_report(work.load_id)["state"] == "applied"
    assert applied is point.startswith("X9")
    assert work.world.rows() == (NEW if applied else OLD)  # readers see all of it or nothing
    if not applied:
        ledger.fail(work.load_id, "killed", retryable=True)
        work.attempt(work.claim())
    assert work.world.rows() == NEW
    counts = {"inserted": 10, "deleted": 5, "unchanged": 35}
    assert work.world.counts(work.load_id) == counts


def test_x9_the_same_attempt_once_more_changes_nothing(work: Work) -> None:
    first = work.claim()
    kill_at(Ledger, "apply_load", partial(work.attempt, first), after=True)
    stamped = work.world.run("select xmin::text, * from aviation.runways order by id")
    work.world.ledger().apply_load(work.load_id, {})
    assert work.world.run("select xmin::text, * from aviation.runways order by id") == stamped


def test_x8_a_commit_whose_answer_is_lost_counts_once(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, cut = Ledger.apply_load, []

    def apply_load(self: Ledger, *given: object) -> None:
        merged(self, *given)
        if not cut:
            cut.append(self.connection._usock.close())
            with explained():
                raise InterfaceError("network error")

    monkeypatch.setattr(Ledger, "apply_load", apply_load)
    work.attempt(work.claim())
    assert cut
    assert work.world.rows() == NEW
    assert work.world.counts(work.load_id) == {"inserted": 10, "deleted": 5, "unchanged": 35}


def test_x5_threads_that_are_killed_leave_no_part_behind(work: Work) -> None:
    kill_at(copying, "_as_csv", partial(work.attempt, work.claim()), when=lambda _: True)
    work.world.ledger().fail(work.load_id, "killed", retryable=True)
    work.attempt(work.claim())
    assert work.world.rows() == NEW
