"""One version of one object is one delivery: told twice, told late, overwritten, or sent again."""

import pytest

from stagecoach.arrive import arrive
from stagecoach.dataset import Dataset
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud
from tests.sql.worlds import dataset

FINE: dict = {"batchItemFailures": []}
BYTES = b"id,surface\n1,a\n2,b\n"
ROWS = [(1, "a"), (2, "b")]


def settled(cloud: Cloud, *events: dict) -> dict:
    """Tell of files and apply the oldest load; answers its report."""
    assert arrive(cloud.depot(), list(events)) == FINE
    running = next(load for load in cloud.loads() if load["state"] == "running")
    manifest = cloud.world.stage(running["load_id"], running["attempt"], ROWS)
    cloud.world.own.apply_load(running["load_id"], manifest)
    for run in cloud.runs():
        run.status = "COMPLETED"
    return cloud.world.own.load_report(running["load_id"])


def test_d1_d2_an_event_that_comes_again_after_its_load_starts_nothing(cloud: Cloud):
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv", BYTES)
    load = settled(cloud, event)
    assert arrive(cloud.depot(), [event, event]) == FINE
    (same,) = cloud.loads()
    assert same == load | {"receipts": 3}
    assert len(cloud.runs()) == 1


def test_d5_new_bytes_under_the_same_key_are_a_load_of_their_own(cloud: Cloud):
    cloud.deploy(dataset())
    first = settled(cloud, cloud.put("runways/a.csv", BYTES))
    second = settled(cloud, cloud.put("runways/a.csv", BYTES + b"3,c\n"))
    assert first["key"] == second["key"]
    assert first["version_id"] != second["version_id"]
    assert [load["state"] for load in cloud.loads()] == ["applied", "applied"]


def test_d8_d10_events_replayed_and_swept_after_all_is_done_change_nothing(cloud: Cloud):
    cloud.deploy(dataset())
    events = [cloud.put(f"runways/{name}.csv", BYTES) for name in "ab"]
    for event in events:
        settled(cloud, event)
    before = [load | {"receipts": 2} for load in cloud.loads()]
    assert arrive(cloud.depot(), events[::-1]) == FINE
    assert sweep(cloud.depot())["found"] == 0
    assert cloud.loads() == before
    assert len(cloud.runs()) == 2


@pytest.mark.parametrize(
    ("declared", "again", "rows"),
    [
        (dataset(), {"unchanged": 2}, 2),
        (dataset(mode="upsert"), {"unchanged": 2}, 2),
        (dataset(mode="append"), {"unchanged": 2}, 2),
        (dataset(mode="replace"), {"inserted": 2, "deleted": 2}, 2),
        (dataset(mode="history", deletes="close"), {"unchanged": 2}, 2),
        (dataset(mode="append", key=()), {"inserted": 2}, 4),
    ],
    ids=lambda value: f"{value.load.mode} by {value.key}" if isinstance(value, Dataset) else "",
)
def test_d11_the_same_bytes_under_another_key_are_another_delivery(
    cloud: Cloud, declared: Dataset, again: dict, rows: int
):
    """The name counts, not the content: rows with a key show that, facts without one come twice."""
    cloud.deploy(declared)
    first = settled(cloud, cloud.put("runways/a.csv", BYTES))
    second = settled(cloud, cloud.put("runways/b.csv", BYTES))
    assert first["load_id"] != second["load_id"]
    assert cloud.world.counts(second["load_id"]) == again
    assert len(cloud.world.rows()) == rows


def test_d9_a_marker_of_a_deleted_object_is_no_delivery(cloud: Cloud):
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv", BYTES)
    cloud.s3.delete_object(Bucket=cloud.bucket("landing"), Key="runways/a.csv")
    settled(cloud, event)
    assert sweep(cloud.depot())["found"] == 0
    assert [load["state"] for load in cloud.loads()] == ["applied"]


def test_x2_a_delivery_that_was_noted_and_no_more_is_taken_up_by_the_sweep(cloud: Cloud):
    cloud.deploy(dataset())
    cloud.put("runways/a.csv", BYTES)
    versions = cloud.s3.list_object_versions(Bucket=cloud.bucket("landing"))["Versions"]
    cloud.world.own.receive(
        cloud.bucket("landing"), "runways/a.csv", versions[0]["VersionId"], "runways",
        size=len(BYTES), etag=None, sequencer=None,
        event_time=versions[0]["LastModified"].isoformat(),
    )  # fmt: skip
    assert [load["state"] for load in cloud.loads()] == ["received"]
    sweep(cloud.depot())
    assert [load["state"] for load in cloud.loads()] == ["running"]
    assert len(cloud.runs()) == 1
