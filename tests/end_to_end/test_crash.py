"""What is killed half-way comes back, and its rows are there once."""

import os
import signal

import pytest

from tests.environment import FINAL, eventually
from workbench.demo.files import variant

FLIGHTS = 336_776
pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def flights(environment, nyc):
    """A function that sends a file of flights and answers when its rows stream into the stage."""

    def send(file):
        [sent] = environment.json("send", "nyc_flights", file, "--no-wait")
        eventually(lambda: copies(environment), 300)
        return sent["key"], sent["version_id"]

    return send


def copies(environment) -> int:
    """How many COPYs are streaming right now."""
    [[count]] = environment.sql(
        "select count(*) from pg_stat_progress_copy where bytes_processed > 0"
    )
    return count


def stage_job(environment) -> int:
    """The process of the stage job of the flights."""
    runs = environment.cloud.get("runs")
    [run] = [run for run in runs if run["state"] == "RUNNING" and run["job"].endswith("-stage")]
    return run["pid"]


def when_ended(environment, sent: tuple[str, str]) -> dict:
    def ended():
        loads = environment.loads("nyc_flights")
        [load] = [load for load in loads if (load["key"], load["version_id"]) == sent]
        return load if load["state"] in FINAL else None

    return eventually(ended, 400)


def changes(load: dict) -> tuple[int, ...]:
    assert load["state"] == "applied", load["reason"]
    assert load["holds"], load["counts"]
    return tuple(load["counts"][name] for name in ("inserted", "updated", "deleted", "unchanged"))


def rows(environment) -> int:
    return environment.sql("select count(*) from nyc.flights")[0][0]


def test_a_stage_job_killed_while_it_copies_is_tried_again_and_applied_once(
    environment, nyc, flights
):
    sent = flights(nyc["nyc_flights"])
    os.kill(stage_job(environment), signal.SIGKILL)
    load = when_ended(environment, sent)
    assert sum(changes(load)) == rows(environment) == FLIGHTS
    assert load["attempt"] == 2


def test_a_local_cloud_killed_while_it_copies_comes_back_and_applies_once(
    environment, nyc, flights, tmp_path
):
    whole = FLIGHTS if rows(environment) else 0  # what the test above has left, when it ran
    other = variant(nyc["nyc_flights"], tmp_path)
    sent = flights(other.path)
    os.kill(environment.cloud.pid, signal.SIGKILL)
    environment.up()
    found = changes(when_ended(environment, sent))
    same = FLIGHTS - other.changed - other.removed
    exact = (other.added, other.changed, other.removed, same)
    assert found == (exact if whole else (FLIGHTS, 0, 0, 0))
    assert rows(environment) == FLIGHTS


def test_the_equation_holds_for_every_load(environment):
    for load in environment.json("loads", "--limit", "200"):
        counts = load["counts"]
        if load["state"] != "applied":
            continue
        good = ("inserted", "updated", "unchanged", "stale", "deduplicated")
        assert counts["read"] == counts["header"] + counts["good"] + counts["rejected"]
        assert counts["good"] == sum(counts[name] for name in good)
