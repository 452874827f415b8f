"""When a mart is due, what it is asked for with, and that two who ask get one build."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from stagecoach.dataset import Dataset, Mart, MartInput, PostgresTarget
from stagecoach.errors import Permanent
from tests.sql.test_mending import newest
from tests.sql.worlds import World, dataset

BUCKET = "clean"


def mart(name: str, *inputs: str, sql: str = "select id, surface from runways") -> Dataset:
    made = dataset(name)
    built = Mart(sql, tuple(MartInput(each, (("id", "bigint"),)) for each in inputs))
    return replace(
        made,
        source=replace(made.source, mart=built),
        postgres=PostgresTarget("aviation", name, ()),
    )


DAILY = mart("daily", "runways", "lights")


@pytest.fixture
def ready(world: World) -> World:
    """A mart of two inputs that were loaded once."""
    world.deploy(dataset(), dataset("lights"), DAILY)
    world.load([(1, "a")])
    world.load([(1, "x")], "lights")
    return world


def due(world: World) -> list[str]:
    return [each["dataset"] for each in world.own.due_marts()]


def ask(world: World, name: str = "daily", *, is_asked: bool = False) -> dict | None:
    return world.own.begin_mart(name, BUCKET, is_asked=is_asked)


def queue(world: World, load_id: str) -> None:
    world.own.pin_mart(load_id)
    world.own.queue(load_id, {"pinned_key": f"{load_id}/inputs.json"})


def build(world: World, name: str = "daily", rows: tuple = ((1, "a"),)) -> str:
    """A whole build of a mart that is due; answers its load."""
    load_id = ask(world, name)["load_id"]
    queue(world, load_id)
    finish(world, load_id, name, rows)
    return load_id


def finish(world: World, load_id: str, name: str = "daily", rows: tuple = ((1, "a"),)) -> None:
    claimed = world.own.claim(name)
    assert claimed["load_id"] == load_id
    manifest = world.stage(load_id, claimed["attempt"], rows)
    world.own.apply_load(load_id, json.loads(json.dumps(manifest)))


def test_a_mart_is_due_when_every_input_was_loaded_once(world: World):
    world.deploy(dataset(), dataset("lights"), DAILY)
    world.load([(1, "a")])
    assert due(world) == []
    assert ask(world) is None
    world.load([(1, "x")], "lights")
    assert world.own.due_marts() == [{"dataset": "daily", "recipe": DAILY.recipe}]


def test_a_build_knows_the_loads_it_is_computed_of(ready: World):
    runways, lights = (ready.own.loads(name)[0]["load_id"] for name in ("runways", "lights"))
    begun = ask(ready)
    assert (begun["state"], begun["is_new"]) == ("received", True)
    pinned = ready.own.pin_mart(begun["load_id"])
    assert {name: parts["loads"] for name, parts in pinned["inputs"].items()} == {
        "runways": [runways],
        "lights": [lights],
    }
    assert (pinned["recipe"], pinned["previous"]) == (DAILY.recipe, None)
    report = ready.own.load_report(begun["load_id"])
    assert (report["key"], report["bucket"]) == ("marts/daily", BUCKET)
    assert report["inputs"]["runways"] == {"loads": 1, "newest": runways}


def test_a_mart_that_is_as_new_as_its_inputs_is_not_due(ready: World):
    build(ready)
    assert due(ready) == []
    assert ask(ready) is None


def test_news_of_one_input_make_it_due_and_it_knows_what_was_before(ready: World):
    first = build(ready)
    ready.load([(1, "b")])
    assert due(ready) == ["daily"]
    pinned = ready.own.pin_mart(ask(ready)["load_id"])
    assert pinned["previous"]["load_id"] == first
    assert pinned["previous"]["inputs"]["lights"] == pinned["inputs"]["lights"]
    assert pinned["previous"]["inputs"]["runways"] != pinned["inputs"]["runways"]


def test_an_input_that_is_loaded_while_the_mart_is_built_makes_it_due_again(ready: World):
    begun = ask(ready)["load_id"]
    queue(ready, begun)
    ready.load([(1, "b")])
    assert due(ready) == [], "one build is open at a time"
    finish(ready, begun)
    assert due(ready) == ["daily"]
    assert ready.own.pin_mart(ask(ready)["load_id"])["previous"]["load_id"] == begun


def test_a_build_that_was_asked_for_stays_what_it_was_until_it_is_queued(ready: World):
    """A function is killed before the queue: the next one takes up the same build."""
    begun = ask(ready)["load_id"]
    ready.own.pin_mart(begun)
    before = ready.own.pin_mart(begun)
    ready.load([(1, "b")])
    assert due(ready) == ["daily"]
    assert ask(ready)["load_id"] == begun
    assert ready.own.pin_mart(begun) == before


def test_two_who_ask_at_once_get_one_build(ready: World):
    ledgers = [ready.ledger() for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        begun = list(threads.map(lambda ledger: ledger.begin_mart("daily", BUCKET), ledgers))
    assert len({each["load_id"] for each in begun}) == 1
    assert sorted(each["is_new"] for each in begun) == [False] * 5 + [True]


@pytest.mark.parametrize("end", ["refuse", "fail"])
def test_a_build_that_was_refused_is_not_tried_again_until_an_input_changes(ready: World, end: str):
    begun = ask(ready)["load_id"]
    queue(ready, begun)
    ready.own.claim("daily")
    if end == "refuse":
        ready.own.refuse(begun, "two rows of one key")
    else:
        ready.own.fail(begun, "no memory", retryable=False)
    assert due(ready) == []
    assert ask(ready) is None
    ready.load([(1, "b")])
    assert due(ready) == ["daily"]


def test_a_replay_is_computed_of_what_there_is_then(ready: World):
    begun = ask(ready)["load_id"]
    queue(ready, begun)
    ready.own.claim("daily")
    ready.own.refuse(begun, "two rows of one key")
    ready.load([(1, "b")])
    again = ready.own.replay(begun)
    assert again["state"] == "received"
    pinned = ready.own.pin_mart(again["load_id"])
    assert pinned["inputs"]["runways"]["loads"] == [ready.own.loads("runways")[0]["load_id"]]
    queue(ready, again["load_id"])
    finish(ready, again["load_id"])
    assert due(ready) == []


def test_a_replay_whose_function_was_killed_is_taken_up(ready: World):
    first = build(ready)
    again = ready.own.replay(first)["load_id"]
    assert due(ready) == ["daily"]
    assert ask(ready)["load_id"] == again


def test_another_recipe_makes_it_due_and_keeps_no_partition(ready: World):
    build(ready)
    changed = mart("daily", "runways", "lights", sql="select id, 'x' as surface from runways")
    ready.deploy(dataset(), dataset("lights"), changed)
    assert ready.own.due_marts() == [{"dataset": "daily", "recipe": changed.recipe}]
    assert ready.own.pin_mart(ask(ready)["load_id"])["previous"] is None


def test_a_recipe_that_comes_back_is_built_again(ready: World):
    first = build(ready)
    ready.deploy(dataset(), dataset("lights"), mart("daily", "lights"))
    second = build(ready)
    ready.deploy(dataset(), dataset("lights"), DAILY)
    third = build(ready)
    assert len({first, second, third}) == 3
    previous = ready.run(
        "select previous::text from etl.mart_build where load_id = %s::uuid", third
    )
    assert previous == [(first,)]


def test_an_open_load_of_an_input_is_waited_for_but_not_for_ever(ready: World):
    build(ready)
    ready.load([(1, "b")])
    open_one = ready.arrive("lights")
    assert due(ready) == []
    ready.run("update etl.settings set mart_patience = '0'")
    assert due(ready) == ["daily"]
    ready.run("update etl.settings set mart_patience = '1 hour'")
    ready.own.refuse(open_one, "it is empty")
    assert due(ready) == ["daily"]


def test_a_mart_on_a_mart_waits_for_it(ready: World):
    ready.deploy(dataset(), dataset("lights"), DAILY, mart("weekly", "daily"))
    assert due(ready) == ["daily"]
    build(ready)
    assert due(ready) == ["weekly"]
    build(ready, "weekly")
    ready.load([(1, "b")])
    assert due(ready) == ["daily"], "weekly would be built twice"
    build(ready)
    assert due(ready) == ["weekly"]


def test_a_person_gets_a_build_that_is_not_due(ready: World):
    first = build(ready)
    second = ask(ready, is_asked=True)
    assert (second["is_new"], second["state"]) == (True, "received")
    assert second["load_id"] != first
    assert ask(ready, is_asked=True)["load_id"] == second["load_id"], "an open one is answered"


def test_a_person_hears_why_there_can_be_no_build(world: World):
    world.deploy(dataset(), dataset("lights"), DAILY)
    world.load([(1, "a")])
    with pytest.raises(Permanent, match="of lights, of which nothing was ever applied - load it"):
        ask(world, is_asked=True)
    with pytest.raises(Permanent, match="dataset lights is no mart - nothing computes it"):
        ask(world, "lights", is_asked=True)


def test_builds_are_superseded_by_newer_ones_as_files_are(ready: World):
    first = build(ready)
    ready.load([(1, "b")])
    build(ready)
    again = ready.own.replay(first)["load_id"]
    queue(ready, again)
    assert ready.own.claim("daily") is None
    assert ready.own.load_report(again)["state"] == "superseded"
    assert newest(ready)
