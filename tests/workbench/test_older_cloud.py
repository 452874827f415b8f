"""A local cloud whose code has changed since it started: `up` restarts it, unless it is loading."""

import pytest

from tests.local_cloud.making import job
from tests.local_cloud.running_cloud import start_cloud
from workbench import cloud, provision
from workbench.progress import Steps
from workbench.state import State


@pytest.fixture
def state(tmp_path, monkeypatch):
    """An environment of this test's own, whose local cloud is ended afterwards."""
    monkeypatch.setenv("STAGECOACH_HOME", str(tmp_path))
    yield State.of("local")
    cloud.stop(State.of("local"))


def join(state: State) -> tuple[cloud.Cloud, str]:
    with Steps() as steps:
        return provision.join(state, cloud.required(state), steps)


def test_a_cloud_of_the_present_code_is_joined(state):
    running = cloud.start(state)
    assert join(state) == (running, "was running")


def test_a_cloud_of_older_code_is_restarted_where_it_was_with_its_data(state):
    older = start_cloud(state.folder, "--code", "of yesterday")
    older.client("s3").create_bucket(Bucket="kept")
    restarted, told = join(state)
    assert (restarted.endpoint, restarted.is_outdated()) == (older.endpoint, False)
    assert told.startswith("restarted with its data, because the code of local_cloud/ has changed")
    older.client("s3").head_bucket(Bucket="kept")


def test_a_cloud_of_older_code_is_left_alone_while_a_job_runs(state):
    older = start_cloud(state.folder, "--code", "of yesterday")
    name = job(older, "import time; time.sleep(60)")
    older.client("glue").start_job_run(JobName=name)
    running, told = join(state)
    assert running.pid == older.process.pid
    assert "because a load is running" in told


def test_a_cloud_that_somebody_started_by_hand_is_of_unknown_code(state):
    start_cloud(state.folder)
    assert cloud.required(state).is_outdated()
