"""Whatever ended, and however often one is told: the ledger says what came of the load."""

import json

import pytest

from stagecoach.arrive import arrive
from stagecoach.settle import settle
from tests.lambdas.cloud import Cloud, message
from tests.lambdas.glue import work
from tests.sql.worlds import dataset

FINE: dict = {"batchItemFailures": []}


def told(cloud: Cloud, job: str = "transform", patience: float = 0) -> dict:
    """Settle hears that a job of runways ended."""
    name = f"{cloud.settings.workflow('runways')}-{job}"
    event = message({"detail": {"jobName": name, "state": "FAILED"}})
    return settle(cloud.depot(), [event], patience=patience)


@pytest.fixture
def started(cloud: Cloud) -> Cloud:
    """An environment in which one load runs."""
    cloud.deploy(dataset())
    arrive(cloud.depot(), [cloud.put("runways/a.csv")])
    return cloud


def put_manifest(cloud: Cloud, load_id: str, **found: object) -> None:
    manifest = {"load_id": load_id, "attempt": 1, "verdict": "good", "steps": [], **found}
    key = f"{load_id}/manifest.json"
    cloud.s3.put_object(Bucket=cloud.bucket("pinned"), Key=key, Body=json.dumps(manifest))


def test_a_refusal_of_the_manifest_is_the_reason_and_is_mailed_once(started: Cloud):
    (load,) = started.loads()
    counts = {"read": 3, "header": 1, "good": 1, "rejected": 1, "warned": 0}
    reject = {"line": 3, "column": "id", "rule": "id is a bigint", "found": "x", "raw": "x,y"}
    put_manifest(
        started,
        load["load_id"],
        verdict="rejected",
        reason="1 of 2 rows",
        rejects=[reject],
        counts=counts,
    )
    work(started.runs()[0], "COMPLETED", error="LoadRejected: 1 of 2 rows", transform="FAILED")
    assert told(started) == told(started) == FINE
    (load,) = started.loads()
    assert (load["state"], load["reason"]) == ("rejected", "1 of 2 rows")
    assert load["counts"]["rejected"] == 1
    assert started.world.ledger().rejects(load["load_id"])[0]["found"] == "x"
    assert len(started.mails()) == 1


def test_a_killed_job_is_tried_again_with_the_next_attempt(started: Cloud):
    """X4, X5, X6"""
    work(started.runs()[0], "COMPLETED", error="Killed", transform="SUCCEEDED", stage="FAILED")
    assert told(started, "stage") == FINE
    (load,) = started.loads()
    assert (load["state"], load["attempt"]) == ("running", 2)
    assert [run.properties["attempt"] for run in started.runs()] == ["1", "2"]


def test_after_three_attempts_it_is_failed_and_mailed(started: Cloud):
    for attempt in range(3):
        work(started.runs()[attempt], "COMPLETED", error="Killed", transform="TIMEOUT")
        told(started)
    (load,) = started.loads()
    assert (load["state"], load["attempt"]) == ("failed", 3)
    (mail,) = started.mails()
    assert "Killed" in mail
    assert "stagecoach replay" in mail


def test_a_permanent_error_is_not_tried_again(started: Cloud):
    error = "UnknownDataset: no dataset is declared for 'x'"
    work(started.runs()[0], "COMPLETED", error=error, transform="FAILED")
    told(started)
    assert started.loads()[0]["state"] == "failed"
    assert len(started.runs()) == 1


def test_a_refusal_by_the_stage_job_ends_as_rejected(started: Cloud):
    error = "LoadRejected: 2 of 3 live rows would be deleted"
    work(started.runs()[0], "COMPLETED", error=error, transform="SUCCEEDED", stage="FAILED")
    told(started, "stage")
    assert started.loads()[0]["state"] == "rejected"
    assert started.loads()[0]["reason"] == "2 of 3 live rows would be deleted"


def test_a_run_that_vanished_is_tried_again(started: Cloud):
    """X3"""
    started.runs()  # the workflow's runs, which a restart of the cloud lost
    from moto.glue.models import glue_backends

    workflows = glue_backends["123456789012"]["us-east-1"].workflows
    workflows[started.settings.workflow("runways")].runs.clear()
    told(started)
    assert started.loads()[0]["attempt"] == 2


def test_a_load_that_is_at_work_is_left_alone(started: Cloud):
    work(started.runs()[0], "RUNNING", transform="RUNNING")
    told(started)
    assert (started.loads()[0]["state"], started.loads()[0]["attempt"]) == ("running", 1)


def test_the_next_file_starts_when_the_run_is_over(started: Cloud):
    arrive(started.depot(), [started.put("runways/b.csv")])
    started.world.ledger().refuse(started.loads()[1]["load_id"], "as if it had ended")
    work(started.runs()[0], "RUNNING", transform="SUCCEEDED", stage="SUCCEEDED")
    assert len(told(started)["batchItemFailures"]) == 1  # Glue is not done: come back
    work(started.runs()[0], "COMPLETED", transform="SUCCEEDED", stage="SUCCEEDED")
    assert told(started) == FINE
    assert started.loads()[0]["state"] == "running"


def test_a_load_that_glue_has_no_room_for_stays_queued_and_starts_next(cloud: Cloud):
    """K3"""
    cloud.deploy(dataset())
    cloud.glue.start_workflow_run(Name=cloud.settings.workflow("runways"))  # somebody else's
    arrive(cloud.depot(), [cloud.put("runways/a.csv")])
    assert (cloud.loads()[0]["state"], len(cloud.runs())) == ("queued", 1)
    work(cloud.runs()[0], "COMPLETED", transform="FAILED")
    assert told(cloud) == FINE
    assert (cloud.loads()[0]["state"], cloud.loads()[0]["attempt"]) == ("running", 1)
    assert len(cloud.runs()) == 2


def test_clean_rows_of_a_load_that_was_not_applied_are_removed(started: Cloud):
    (load,) = started.loads()
    for zone in ("clean", "rejected"):
        key = f"runways/_load_id={load['load_id']}/part-0.parquet"
        started.s3.put_object(Bucket=started.bucket(zone), Key=key, Body=b"")
    work(started.runs()[0], "COMPLETED", error="LoadRejected: no", stage="FAILED")
    told(started)
    counts = [
        started.s3.list_objects_v2(Bucket=started.bucket(zone))["KeyCount"]
        for zone in ("clean", "rejected")
    ]
    assert counts == [0, 1]


def test_times_of_jobs_and_of_the_manifest_become_steps(started: Cloud):
    (load,) = started.loads()
    put_manifest(started, load["load_id"], steps=[{"step": "spark", "seconds": 3.5}])
    work(started.runs()[0], "RUNNING", transform="SUCCEEDED", stage="RUNNING")
    told(started)
    steps = {step["step"]: step["seconds"] for step in started.loads()[0]["steps"]}
    assert steps == {"transform": 9.0, "spark": 3.5}
