"""Wherever `arrive` is killed, its message comes again, and one load runs once."""

import pytest

from stagecoach import aws, dispatch, settle
from stagecoach.arrive import arrive
from stagecoach.ledger import Ledger
from stagecoach.sweep import sweep
from tests.kill.killing import kill_at
from tests.lambdas.cloud import Cloud
from tests.lambdas.conftest import CLIENTS
from tests.sql.worlds import dataset

POINTS = {
    "X1 event received, not in the ledger": (Ledger, "receive", False),
    "X2 in the ledger, nothing copied": (Ledger, "receive", True),
    "X2 queued, no workflow started": (dispatch, "start", False),
    "X3 workflow started, its run not noted": (dispatch, "start", True),
    "X4 copied, not queued": (aws, "copy_version", True),
    "X4 queued, not claimed": (Ledger, "claim", False),
    "X9 all done, the message not deleted": (Ledger, "started", True),
}


def arrival(cloud: Cloud, event: dict) -> None:
    for client in CLIENTS:
        client.cache_clear()  # connections do not survive a fork
    arrive(cloud.depot(), [event])


@pytest.fixture(params=POINTS)
def killed(request: pytest.FixtureRequest, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> dict:
    """The event whose arrival was killed at a point."""
    monkeypatch.setattr(settle, "GRACE_SECONDS", 0)
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv")
    owner, name, after = POINTS[request.param]
    kill_at(owner, name, lambda: arrival(cloud, event), after=after)
    return event


def swept(cloud: Cloud) -> None:
    """One load runs, in one workflow run, after two sweeps."""
    for _ in range(2):
        sweep(cloud.depot())
    (load,) = cloud.loads()
    (run,) = cloud.runs()
    assert (load["state"], load["workflow_run_id"]) == ("running", run.run_id)
    assert run.properties["load_id"] == load["load_id"]


def test_a_killed_arrival_is_made_good(cloud: Cloud, killed: dict) -> None:
    arrive(cloud.depot(), [killed])  # SQS tells again of what was not deleted
    swept(cloud)


@pytest.mark.usefixtures("killed")
def test_the_sweep_alone_makes_it_good(cloud: Cloud) -> None:
    swept(cloud)
