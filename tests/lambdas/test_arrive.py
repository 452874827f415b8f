"""However an event comes, one version of one object starts one load."""

from concurrent.futures import ThreadPoolExecutor

from stagecoach.arrive import arrive
from tests.lambdas.cloud import Cloud, message
from tests.sql.worlds import dataset

FINE: dict = {"batchItemFailures": []}


def states(cloud: Cloud) -> list[str]:
    return [load["state"] for load in cloud.loads()]


def test_a_file_is_pinned_and_its_workflow_started(cloud: Cloud):
    """D1"""
    cloud.deploy(dataset())
    assert arrive(cloud.depot(), [cloud.put("runways/a.csv")]) == FINE
    (load,) = cloud.loads()
    (run,) = cloud.runs()
    assert (load["state"], load["workflow_run_id"]) == ("running", run.run_id)
    assert run.properties["load_id"] == load["load_id"]
    pinned = cloud.s3.get_object(Bucket=cloud.bucket("pinned"), Key=run.properties["pinned_key"])
    assert pinned["Body"].read() == b"id,surface\n1,grass\n"


def test_twenty_identical_events_at_once_start_one_load(cloud: Cloud):
    """D3"""
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: arrive(cloud.depot(), [event]), range(20)))
    assert answers == [FINE] * 20
    assert states(cloud) == ["running"]
    assert len(cloud.runs()) == 1
    assert cloud.loads()[0]["receipts"] == 20


def test_the_pinned_copy_is_the_version_of_the_event_not_the_newest(cloud: Cloud):
    """D6"""
    cloud.deploy(dataset())
    first = cloud.put("runways/a.csv", b"id,surface\n1,old\n")
    cloud.put("runways/a.csv", b"id,surface\n1,new\n")
    arrive(cloud.depot(), [first])
    key = cloud.runs()[0].properties["pinned_key"]
    pinned = cloud.s3.get_object(Bucket=cloud.bucket("pinned"), Key=key)["Body"].read()
    assert pinned == b"id,surface\n1,old\n"


def test_a_second_file_waits_while_the_first_one_runs(cloud: Cloud):
    cloud.deploy(dataset())
    arrive(cloud.depot(), [cloud.put("runways/a.csv"), cloud.put("runways/b.csv")])
    assert states(cloud) == ["queued", "running"]


def test_a_file_that_cannot_be_what_it_says_is_refused_and_mailed(cloud: Cloud):
    """C2"""
    cloud.deploy(dataset())
    arrive(cloud.depot(), [cloud.put("runways/a.csv", b"<html><body>Sorry</body></html>")])
    assert states(cloud) == ["rejected"]
    assert cloud.runs() == []
    (mail,) = cloud.mails()
    assert "runways/a.csv" in mail


def test_an_object_that_is_gone_is_rejected_with_that_reason(cloud: Cloud):
    """D9"""
    cloud.deploy(dataset())
    event = cloud.put("runways/a.csv")
    for version in cloud.s3.list_object_versions(Bucket=cloud.bucket("landing"))["Versions"]:
        cloud.s3.delete_object(
            Bucket=cloud.bucket("landing"), Key=version["Key"], VersionId=version["VersionId"]
        )
    arrive(cloud.depot(), [event])
    (load,) = cloud.loads()
    assert load["state"] == "rejected"
    assert "deleted before it could be read" in load["reason"]


def test_what_is_no_delivery_is_ignored_among_good_ones(cloud: Cloud):
    """D9"""
    cloud.deploy(dataset())
    noise = [
        message("not json"),
        message({"detail": None}),
        message({"detail-type": "Object Created", "detail": {"object": {}}}),
        cloud.put("runways/", b""),
        cloud.put("nobody/wants.csv"),
        message(cloud.put("runways/x.csv")["body"].replace("landing", "another")),
    ]
    assert arrive(cloud.depot(), [*noise, cloud.put("runways/a.csv")]) == FINE
    assert [load["key"] for load in cloud.loads()] == ["runways/a.csv"]
    assert cloud.mails() == []


def test_one_bad_message_does_not_bring_back_the_others(cloud: Cloud):
    """D12"""
    cloud.deploy(dataset(), dataset("taxiways"))
    cloud.glue.delete_workflow(Name=cloud.settings.workflow("taxiways"))
    bad = cloud.put("taxiways/a.csv")
    failures = arrive(cloud.depot(), [bad, cloud.put("runways/a.csv")])
    assert failures == {"batchItemFailures": [{"itemIdentifier": bad["messageId"]}]}
    assert states(cloud) == ["running", "queued"]


def test_awkward_keys_are_read_back_exactly(cloud: Cloud):
    """D7"""
    cloud.deploy(dataset())
    keys = ["runways/a b+c%2B=é😀.csv", "runways/'; drop table etl.load; --.csv"]
    assert arrive(cloud.depot(), [cloud.put(key) for key in keys]) == FINE
    assert {load["key"] for load in cloud.loads()} == set(keys)
    assert "rejected" not in states(cloud)


def test_the_longest_prefix_decides_the_dataset(cloud: Cloud):
    from dataclasses import replace

    from stagecoach.dataset import Source

    inner = replace(dataset("taxiways"), source=Source("runways/taxi/"))
    cloud.deploy(dataset(), inner)
    arrive(cloud.depot(), [cloud.put("runways/taxi/a.csv")])
    assert cloud.loads()[0]["dataset"] == "taxiways"
