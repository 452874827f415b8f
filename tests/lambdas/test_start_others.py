"""Marts are asked for by whoever looks, pinned once, queued and started, whoever dies meanwhile."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from stagecoach import marts
from stagecoach.ask import ask
from stagecoach.catalogue import matching
from stagecoach.errors import UnknownDataset
from stagecoach.publish import clean_sizes
from stagecoach.settle import settle
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud, message
from tests.lambdas.glue import work
from tests.sql.test_marts import DAILY, mart
from tests.sql.worlds import dataset


@pytest.fixture
def ready(cloud: Cloud) -> Cloud:
    """A mart of two inputs that were loaded once."""
    cloud.deploy(dataset(), dataset("lights"), DAILY)
    cloud.world.load([(1, "a")])
    cloud.world.load([(1, "x")], "lights")
    return cloud


def builds(cloud: Cloud, name: str = "daily") -> list[dict]:
    return cloud.world.ledger().loads(name)


def pinned(cloud: Cloud, load: dict) -> dict:
    key = load["facts"]["pinned_key"]
    answer = cloud.s3.get_object(Bucket=cloud.bucket("pinned"), Key=key)
    return json.loads(answer["Body"].read())


def heard(cloud: Cloud, name: str = "runways") -> dict:
    """Settle hears that the stage job of a dataset ended."""
    job = f"{cloud.settings.workflow(name)}-stage"
    event = message({"detail": {"jobName": job, "state": "SUCCEEDED"}})
    return settle(cloud.depot(), [event], patience=0)


def test_a_load_that_ended_starts_the_mart_of_it(ready: Cloud):
    assert heard(ready) == {"batchItemFailures": []}
    (load,) = builds(ready)
    assert (load["state"], load["key"], load["bucket"]) == (
        "running", "marts/daily", ready.bucket("clean")
    )  # fmt: skip
    assert load["facts"]["pinned_key"] == f"{load['load_id']}/inputs.json"
    assert set(pinned(ready, load)["inputs"]) == {"runways", "lights"}
    (run,) = ready.runs("daily")
    assert run.properties["pinned_key"] == f"{load['load_id']}/inputs.json"


def test_the_sweep_finds_a_mart_that_no_event_told_of(ready: Cloud):
    assert sweep(ready.depot())["troubled"] == 0
    assert [load["state"] for load in builds(ready)] == ["running"]


def test_looking_again_builds_nothing_more(ready: Cloud):
    for _ in range(3):
        heard(ready)
        sweep(ready.depot())
    assert len(builds(ready)) == len(ready.runs("daily")) == 1


def test_two_who_look_at_once_build_it_once(ready: Cloud):
    depots = [ready.depot() for _ in range(5)]
    with ThreadPoolExecutor(5) as threads:
        list(threads.map(marts.build_due, depots))
    assert len(builds(ready)) == len(ready.runs("daily")) == 1


def test_one_who_died_before_the_queue_is_followed_up_with_the_same_inputs(ready: Cloud):
    begun = ready.world.own.begin_mart("daily", ready.bucket("clean"))
    before = ready.world.own.pin_mart(begun["load_id"])
    ready.world.load([(1, "b")])
    assert marts.build_due(ready.depot()) == 1
    (load,) = builds(ready)
    assert (load["load_id"], load["state"]) == (begun["load_id"], "running")
    assert pinned(ready, load) == before


def test_one_who_died_before_the_start_is_followed_up_by_the_sweep(ready: Cloud):
    begun = ready.world.own.begin_mart("daily", ready.bucket("clean"))
    marts.pin(ready.depot(), "daily", begun["load_id"])
    assert [load["state"] for load in builds(ready)] == ["queued"]
    sweep(ready.depot())
    assert [load["state"] for load in builds(ready)] == ["running"]


def test_news_while_it_runs_build_it_again_when_it_has_ended(ready: Cloud):
    heard(ready)
    ready.world.load([(1, "b")])
    heard(ready)
    (first,) = builds(ready)
    finish_running(ready, first["load_id"])
    heard(ready, "daily")
    second, first = builds(ready)
    assert (second["state"], first["state"]) == ("running", "applied")
    assert pinned(ready, second)["previous"]["load_id"] == first["load_id"]


def test_a_deployment_that_is_half_done_is_waited_for(ready: Cloud):
    changed = mart("daily", "runways", sql="select 1 as id, 'a' as surface from runways")
    key = {"Bucket": ready.bucket("artefacts"), "Key": "datasets/daily.json"}
    ready.s3.put_object(**key, Body=changed.to_json())
    assert marts.build_due(ready.depot()) == 0
    ready.deploy(dataset(), dataset("lights"), changed)
    assert marts.build_due(ready.depot()) == 1


def test_a_person_asks_for_a_build_and_gets_the_open_one(ready: Cloud):
    first = ask(ready.depot(), {"ask": "mart", "dataset": "daily"})["ok"]
    again = ask(ready.depot(), {"ask": "mart", "dataset": "daily"})["ok"]
    assert first["load_id"] == again["load_id"]
    finish_running(ready, first["load_id"])
    anew = ask(ready.depot(), {"ask": "mart", "dataset": "daily"})["ok"]
    assert anew["load_id"] != first["load_id"]
    assert anew["state"] == "running"


def finish_running(cloud: Cloud, load_id: str) -> None:
    manifest = cloud.world.stage(load_id, 1, [(1, "a")])
    cloud.world.own.apply_load(load_id, manifest)
    work(cloud.runs("daily")[-1], "COMPLETED", transform="SUCCEEDED", stage="SUCCEEDED")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("runways", "dataset runways is no mart - nothing computes it, its files are sent"),
        ("taxi", "dataset taxi is not declared"),
    ],
)
def test_what_is_no_mart_is_said_so(ready: Cloud, name: str, said: str):
    assert ask(ready.depot(), {"ask": "mart", "dataset": name}) == {"error": said}


def test_a_refused_build_is_replayed_with_the_inputs_of_now(ready: Cloud):
    heard(ready)
    (first,) = builds(ready)
    ready.world.own.refuse(first["load_id"], "two rows of one key")
    heard(ready)
    assert len(builds(ready)) == 1, "it is not tried again by itself"
    again = ask(ready.depot(), {"ask": "replay", "load_id": first["load_id"]})["ok"]
    assert again["facts"]["pinned_key"] == f"{again['load_id']}/inputs.json"
    assert pinned(ready, again)["inputs"] == pinned(ready, first)["inputs"]


def test_rows_of_a_mart_are_not_mended_by_hand(ready: Cloud):
    begun = ask(ready.depot(), {"ask": "mart", "dataset": "daily"})["ok"]
    finish_running(ready, begun["load_id"])
    question = {"ask": "replay", "load_id": begun["load_id"], "rows": [{"line": 1, "raw": "1,a"}]}
    said = ask(ready.depot(), question)["error"]
    assert said.startswith("the rows of daily are computed, no file of them can be mended - ")


def test_no_file_is_a_marts(ready: Cloud):
    with pytest.raises(UnknownDataset, match=r"no dataset is declared for 'daily/a\.csv'"):
        matching("daily/a.csv", ready.depot().datasets)


def test_a_publication_finds_the_partitions_that_are_kept(ready: Cloud):
    """COPY is told of files of the loads before."""
    for load in ("old", "new", "other"):
        key = f"daily/_load_id={load}/part-00000-000.parquet"
        ready.s3.put_object(Bucket=ready.bucket("clean"), Key=key, Body=b"1234")
    publication = {"dataset": "daily", "load_id": "new"}
    sizes = clean_sizes(ready.depot(), publication, {"partitions": [{"load_id": "old"}]})
    names = sorted(uri.split("_load_id=")[1].split("/")[0] for uri in sizes)
    assert (names, set(sizes.values())) == (["new", "old"], {4})
