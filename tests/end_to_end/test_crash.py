"""What is killed half-way comes back, and its rows are there once; `make soak` kills far more."""

import os
import signal
from contextlib import contextmanager, suppress
from itertools import islice

import pytest
from pg8000.exceptions import InterfaceError

from tests.environment import FINAL, eventually

ROWS, OTHER = 1000, 50
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def flights(nyc, tmp_path):
    """A function that writes the thousand real flights from a place on into a file."""

    def write(begin):
        file = tmp_path / "flights.csv"
        with nyc["nyc_flights"].open() as lines:
            file.write_text(next(lines) + "".join(islice(lines, begin, begin + ROWS)))
        return file

    return write


def find(environment, sent: dict) -> dict | None:
    loads = environment.loads("nyc_flights")
    return next((load for load in loads if load["version_id"] == sent["version_id"]), None)


@contextmanager
def held_in_its_copy(environment, file):
    """Send a file and hold its first attempt in the transaction of the COPY: the part is ours."""
    [sent] = environment.json("send", "nyc_flights", file, "--no-wait")
    load = eventually(lambda: find(environment, sent))
    ours = environment.connect()
    ours.run("begin")
    claim = "insert into etl.stage_part (load_id, attempt, part) values (cast(:load as uuid), 1, 0)"
    ours.run(claim, load=load["load_id"])
    eventually(lambda: waiting(environment))
    try:
        yield sent
    finally:
        with suppress(InterfaceError, OSError):  # the server may have been killed
            ours.close()


def waiting(environment) -> int:
    """How many transactions wait for their turn to copy."""
    waits = "wait_event_type = 'Lock' and query like '%etl.stage_part(%'"
    return environment.sql(f"select count(*) from pg_stat_activity where {waits}")[0][0]


def stage_job(environment) -> int:
    """The process of the stage job that runs."""
    runs = environment.cloud.get("runs")
    [run] = [run for run in runs if run["state"] == "RUNNING" and run["job"].endswith("-stage")]
    return run["pid"]


def when_ended(environment, sent: dict) -> dict:
    def ended():
        load = find(environment, sent)
        return load if load["state"] in FINAL else None

    load = eventually(ended)
    assert load["state"] == "applied", load["reason"]
    assert load["holds"], load["counts"]
    return load


def changes(load: dict) -> tuple[int, ...]:
    return tuple(load["counts"][name] for name in ("inserted", "updated", "deleted", "unchanged"))


def rows(environment) -> int:
    return environment.sql("select count(*) from nyc.flights")[0][0]


def test_a_stage_job_killed_while_it_copies_is_tried_again_and_applied_once(environment, flights):
    with held_in_its_copy(environment, flights(0)) as sent:
        os.kill(stage_job(environment), signal.SIGKILL)
    load = when_ended(environment, sent)
    assert load["attempt"] == 2
    assert sum(changes(load)) == rows(environment) == ROWS


def test_a_local_cloud_killed_while_it_copies_comes_back_and_applies_once(environment, flights):
    before = rows(environment)  # what the test above has left, when it ran
    with held_in_its_copy(environment, flights(OTHER)) as sent:
        os.kill(environment.cloud.pid, signal.SIGKILL)
        environment.up()
    load = when_ended(environment, sent)
    assert load["attempt"] == 2
    assert changes(load) == ((OTHER, 0, OTHER, ROWS - OTHER) if before else (ROWS, 0, 0, 0))
    assert rows(environment) == ROWS


def test_the_equation_holds_for_every_load(environment):
    for load in environment.json("loads", "--limit", "200"):
        counts = load["counts"]
        if load["state"] != "applied":
            continue
        good = ("inserted", "updated", "unchanged", "stale", "deduplicated")
        assert counts["read"] == counts["header"] + counts["good"] + counts["rejected"]
        assert counts["good"] == sum(counts[name] for name in good)
