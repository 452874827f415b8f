"""What no event told of is found by looking."""

from dataclasses import replace

from stagecoach.ask import ask
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud
from tests.sql.worlds import dataset


def test_a_lost_event_only_delays_a_load(cloud: Cloud):
    """D8, X1"""
    cloud.deploy(dataset())
    cloud.put("runways/a.csv")
    assert sweep(cloud.depot())["found"] == 1
    assert cloud.loads()[0]["state"] == "running"
    assert sweep(cloud.depot())["found"] == 0
    assert len(cloud.runs()) == 1


def test_versions_of_one_key_are_found_in_their_order(cloud: Cloud):
    """D4"""
    cloud.deploy(dataset())
    versions = [
        cloud.s3.put_object(Bucket=cloud.bucket("landing"), Key="runways/a.csv", Body=body)
        for body in (b"id,surface\n1,a\n", b"id,surface\n1,b\n", b"id,surface\n1,c\n")
    ]
    sweep(cloud.depot())
    running = next(load for load in cloud.loads() if load["state"] == "running")
    assert running["version_id"] == versions[0]["VersionId"]


def test_a_start_whose_answer_was_lost_is_found_by_its_property(cloud: Cloud):
    """X3"""
    cloud.deploy(dataset())
    load_id = cloud.world.arrive()
    claimed = cloud.world.ledger().claim("runways")
    properties = {"load_id": load_id, "attempt": str(claimed["attempt"]), "pinned_key": "x"}
    workflow = cloud.settings.workflow("runways")
    run = cloud.glue.start_workflow_run(Name=workflow, RunProperties=properties)["RunId"]
    sweep(cloud.depot())
    assert cloud.loads()[0]["workflow_run_id"] == run
    assert len(cloud.runs()) == 1


def test_an_alert_that_sns_refuses_is_kept_and_the_load_stays(cloud: Cloud):
    """X9"""
    cloud.deploy(dataset())
    cloud.world.ledger().refuse(cloud.world.arrive(), "no")
    right = cloud.settings
    cloud.settings = replace(right, topic=right.topic + "-not-there")
    assert sweep(cloud.depot())["alerts"] == 0
    assert cloud.loads()[0]["state"] == "rejected"
    cloud.settings = right
    assert sweep(cloud.depot())["alerts"] == 1


def test_the_ledger_answers_or_says_what_is_wrong_in_one_sentence(cloud: Cloud):
    cloud.deploy(dataset())
    cloud.put("runways/a.csv", b"<html></html>")
    sweep(cloud.depot())
    (load,) = ask(cloud.depot(), {"ask": "loads", "dataset": None, "limit": 5})["ok"]
    assert load["state"] == "rejected"
    assert "no load" in ask(cloud.depot(), {"ask": "load", "load_id": "ffff"})["error"]
    assert "not a question" in ask(cloud.depot(), {"ask": "riddle"})["error"]
    assert "lacks" in ask(cloud.depot(), {"ask": "rejects"})["error"]


def test_a_replay_is_a_new_load_of_the_same_version(cloud: Cloud):
    cloud.deploy(dataset())
    cloud.put("runways/a.csv", b"<html></html>")
    sweep(cloud.depot())
    (old,) = cloud.loads()
    replayed = ask(cloud.depot(), {"ask": "replay", "load_id": old["load_id"][:8]})["ok"]
    assert (replayed["generation"], replayed["version_id"]) == (2, old["version_id"])
    assert replayed["state"] == "rejected"
    assert sweep(cloud.depot())["found"] == 0


def test_a_load_that_the_guard_refused_is_approved_and_no_other(cloud: Cloud):
    cloud.deploy(dataset())
    cloud.put("runways/a.csv", b"id,surface\n1,a\n")
    sweep(cloud.depot())
    (old,) = cloud.loads()
    question = {"ask": "approve", "load_id": old["load_id"][:8]}
    assert "nothing to approve" in ask(cloud.depot(), question)["error"]
    ledger = cloud.depot().ledger
    ledger.guarded(old["load_id"], 2)
    ledger.refuse(old["load_id"], "2 of 3 live rows would be deleted")
    approved = ask(cloud.depot(), question)["ok"]
    assert (approved["generation"], approved["version_id"]) == (2, old["version_id"])
    assert "still open" in ask(cloud.depot(), question)["error"]
