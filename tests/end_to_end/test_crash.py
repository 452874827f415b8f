"""What is killed comes back, and its rows are there once."""

import os
import signal

import pytest

from tests.environment import eventually
from workbench.cloud import Cloud
from workbench.demo.files import variant

FINAL = ("applied", "rejected", "failed", "superseded", "duplicate")
FLIGHTS = 336_776
pytestmark = pytest.mark.timeout(900)


def send(environment, file) -> tuple[str, str]:
    """Put the file into the landing zone; key and version."""
    [sent] = environment.json("send", "nyc_flights", file, "--no-wait")
    return sent["key"], sent["version_id"]


def load_of(environment, sent: tuple[str, str]) -> dict | None:
    loads = environment.json("loads", "--dataset", "nyc_flights")
    return next((load for load in loads if (load["key"], load["version_id"]) == sent), None)


def when_ended(environment, sent: tuple[str, str]) -> dict:
    def ended():
        load = load_of(environment, sent)
        return load if load and load["state"] in FINAL else None

    return eventually(ended, 400)


def running(environment, step: str) -> int | None:
    """The process of a job of the flights that is at work."""
    cloud = Cloud(environment.cloud_pid, environment.exports["AWS_ENDPOINT_URL"])
    name = f"stagecoach-local-nyc_flights-{step}"
    for run in cloud.get("runs"):
        if run["job_name"] == name and run["state"] == "RUNNING" and run["pid"]:
            return int(run["pid"])
    return None


def rows(environment) -> int:
    return environment.sql("select count(*) from nyc.flights")[0][0]


def test_a_stage_job_that_is_killed_is_tried_again_and_applied_once(environment, nyc):
    sent = send(environment, nyc["nyc_flights"])
    os.kill(eventually(lambda: running(environment, "stage"), 200), signal.SIGKILL)
    load = when_ended(environment, sent)
    assert load["state"] == "applied", load["reason"]
    assert load["attempt"] == 2
    assert load["holds"]
    assert rows(environment) == FLIGHTS


def test_a_local_cloud_that_is_killed_comes_back_and_applies_once(environment, nyc, tmp_path):
    other = variant(nyc["nyc_flights"], tmp_path)
    sent = send(environment, other.path)
    eventually(lambda: running(environment, "transform"), 200)
    os.kill(environment.cloud_pid, signal.SIGKILL)
    environment.up()
    load = when_ended(environment, sent)
    assert load["state"] == "applied", load["reason"]
    assert load["holds"]
    assert rows(environment) == FLIGHTS
    new = environment.sql(
        "select count(*), count(distinct flight) from nyc.flights where flight > 9999"
    )
    assert new[0][0] == other.added
