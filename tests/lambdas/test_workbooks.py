"""A workbook is one file for several datasets, each of which loads its own sheet."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from openpyxl import Workbook

from stagecoach import aws
from stagecoach.arrive import arrive
from stagecoach.ask import ask
from stagecoach.dataset import Dataset, Source, Xlsx
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud
from tests.sql.worlds import dataset

FINE: dict = {"batchItemFailures": []}
NAMES = ("borrower", "role")


def sheet(name: str) -> Dataset:
    source = Source("people/", format="xlsx", xlsx=Xlsx(sheet=name))
    return replace(dataset(name), source=source)


def both() -> tuple[Dataset, ...]:
    return tuple(map(sheet, NAMES))


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    for name in NAMES:
        book.create_sheet(name).append(["id", "surface"])
    book.save(file)
    return file.getvalue()


def put(cloud: Cloud, key: str = "people/all.xlsx") -> dict:
    return cloud.put(key, workbook())


def states(cloud: Cloud) -> dict[str, list[str]]:
    return {
        name: [load["state"] for load in cloud.loads() if load["dataset"] == name] for name in NAMES
    }


def test_one_upload_starts_a_load_of_each_dataset(cloud: Cloud):
    cloud.deploy(*both())
    assert arrive(cloud.depot(), [put(cloud)]) == FINE
    assert states(cloud) == {"borrower": ["running"], "role": ["running"]}
    one, other = cloud.loads()
    assert (one["key"], one["version_id"]) == (other["key"], other["version_id"])
    assert [len(cloud.runs(name)) for name in NAMES] == [1, 1]


def test_twelve_events_at_once_start_each_load_once(cloud: Cloud):
    cloud.deploy(*both())
    event = put(cloud)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: arrive(cloud.depot(), [event]), range(12)))
    assert answers == [FINE] * 12
    assert states(cloud) == {"borrower": ["running"], "role": ["running"]}
    assert {load["receipts"] for load in cloud.loads()} == {12}


def test_a_lost_event_only_delays_both_loads(cloud: Cloud):
    cloud.deploy(*both())
    put(cloud)
    assert sweep(cloud.depot())["found"] == 2
    assert states(cloud) == {"borrower": ["running"], "role": ["running"]}
    assert sweep(cloud.depot())["found"] == 0


def test_a_sheet_that_troubles_does_not_keep_the_other_from_its_queue(cloud: Cloud, monkeypatch):
    cloud.deploy(*both())
    event = put(cloud)
    copy = aws.copy_version
    with monkeypatch.context() as patched:
        patched.setattr(aws, "copy_version", fails_once(copy))
        answer = arrive(cloud.depot(), [event])
    assert answer["batchItemFailures"]
    assert states(cloud) == {"borrower": ["received"], "role": ["queued"]}
    assert sweep(cloud.depot())["found"] == 1
    assert states(cloud) == {"borrower": ["running"], "role": ["running"]}


def fails_once(copy):
    tries = iter([OSError])

    def failing(*given):
        if next(tries, None):
            raise aws.ClientError({"Error": {"Code": "SlowDown"}}, "CopyObject")
        return copy(*given)

    return failing


def test_a_dataset_that_is_added_later_gets_the_files_that_are_there(cloud: Cloud):
    cloud.deploy(sheet("borrower"))
    arrive(cloud.depot(), [put(cloud)])
    cloud.deploy(*both())
    assert sweep(cloud.depot())["found"] == 1
    assert states(cloud) == {"borrower": ["running"], "role": ["running"]}


def test_a_dataset_that_is_removed_leaves_the_other_alone(cloud: Cloud):
    cloud.deploy(*both())
    arrive(cloud.depot(), [put(cloud)])
    remove(cloud, "role")
    arrive(cloud.depot(), [put(cloud)])
    assert sweep(cloud.depot())["found"] == 0
    assert states(cloud) == {"borrower": ["queued", "running"], "role": ["running"]}


def test_a_dataset_of_another_name_does_not_load_old_files_anew(cloud: Cloud):
    cloud.deploy(sheet("borrower"))
    arrive(cloud.depot(), [put(cloud)])
    remove(cloud, "borrower")
    cloud.deploy(sheet("role"))
    assert sweep(cloud.depot())["found"] == 0


def remove(cloud: Cloud, name: str) -> None:
    cloud.s3.delete_object(Bucket=cloud.bucket("artefacts"), Key=f"datasets/{name}.json")


def test_a_replay_of_one_does_not_touch_the_other(cloud: Cloud):
    cloud.deploy(*both())
    event = put(cloud)
    arrive(cloud.depot(), [event])
    for load in cloud.loads():
        cloud.world.ledger().refuse(load["load_id"], "no")
    old = next(load for load in cloud.loads() if load["dataset"] == "role")
    again = ask(cloud.depot(), {"ask": "replay", "load_id": old["load_id"]})["ok"]
    assert (again["dataset"], again["generation"]) == ("role", 2)
    arrive(cloud.depot(), [event])
    assert states(cloud) == {"borrower": ["rejected"], "role": ["queued", "rejected"]}


def test_a_delivery_is_asked_for_by_its_dataset(cloud: Cloud):
    cloud.deploy(*both())
    arrive(cloud.depot(), [put(cloud)])
    told = {name: cloud.loads()[0][name] for name in ("bucket", "key", "version_id")}
    for name in NAMES:
        found = ask(cloud.depot(), {"ask": "delivery", **told, "dataset": name})["ok"]
        assert found["dataset"] == name
    assert ask(cloud.depot(), {"ask": "delivery", **told, "dataset": "other"})["ok"] is None
