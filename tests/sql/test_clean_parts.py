"""Which loads a table is made of: read as `etl.clean_parts` says, their rows are the live table."""

import random

import pytest

from stagecoach.dataset import Dataset
from tests.sql.test_flagged import FLAGGED
from tests.sql.test_history import history
from tests.sql.test_mending import begin, mend, newest
from tests.sql.test_modes import VERSIONED
from tests.sql.worlds import World, dataset

FILE = [(1, "a"), (2, "b")]


def parts(world: World, name: str = "runways") -> dict:
    return world.run("select etl.clean_parts(%s)", name)[0][0]


def columns_of(declared: Dataset) -> list[str]:
    return [column.name for column in declared.columns]


def table(declared: Dataset, told: dict, files: dict[str, list[tuple]]) -> list[tuple]:
    """The table that the rows of the loads in `told` make, by the rule that it states."""
    names = columns_of(declared)
    numbered = [
        (dict(zip(names, row, strict=True)), load, line)
        for load, load_id in enumerate(told["loads"])
        for line, row in enumerate(files[load_id])
    ]
    if not told["key"]:
        return sorted(tuple(row.values()) for row, _, _ in numbered)
    if not told["unique"]:
        numbered.sort(key=lambda each: rank(told, *each))
    winners = {tuple(row[name] for name in told["key"]): row for row, _, _ in numbered}
    gone = told["deleted_when"]
    return sorted(tuple(row.values()) for row in winners.values() if not (gone and row[gone]))


def rank(told: dict, row: dict, load: int, line: int) -> tuple:
    """What stands last counts."""
    order = told["order_by"] and row[told["order_by"]]
    dated = (order is not None, order or 0)
    if told["mode"] == "upsert":
        return (dated, load, line)
    return (-load if told["mode"] == "append" else load, dated, line)


def load(world: World, files: dict[str, list[tuple]], rows: list[tuple]) -> str:
    world.load(rows)
    files[newest(world)] = rows
    return newest(world)


MODES = [
    dataset(mode="snapshot"),
    dataset(mode="snapshot", columns=VERSIONED, order_by="seen"),
    dataset(mode="replace"),
    dataset(mode="replace", key=()),
    dataset(mode="append"),
    dataset(mode="append", columns=VERSIONED, order_by="seen"),
    dataset(mode="append", key=()),
    dataset(mode="upsert"),
    dataset(mode="upsert", columns=VERSIONED, order_by="seen"),
    dataset(mode="upsert", columns=FLAGGED, deleted_when="is_gone"),
    dataset(mode="upsert", columns=FLAGGED, deleted_when="is_gone", order_by="seen"),
]


def said(declared: Dataset) -> str:
    load = declared.load
    return f"{load.mode} {declared.key} {load.order_by} {load.deleted_when}"


def some_rows(chance: random.Random, width: int) -> list[tuple]:
    choices = ("abc", (None, 1, 2, 3), (None, False, True))
    return [
        (chance.randrange(6), *(chance.choice(choices[at]) for at in range(width - 1)))
        for _ in range(chance.randrange(5))
    ]


@pytest.mark.parametrize("declared", MODES, ids=said)
def test_the_rows_of_these_loads_are_the_table(world: World, declared: Dataset):
    world.deploy(declared)
    chance, files = random.Random(said(declared)), {}
    for _ in range(8):
        load(world, files, some_rows(chance, len(declared.columns)))
        told = parts(world)
        assert table(declared, told, files) == sorted(world.rows()), files


@pytest.mark.parametrize("mode", ["snapshot", "replace"])
def test_mended_rows_come_beside_the_whole_file_and_go_with_the_next(world: World, mode: str):
    world.deploy(declared := dataset(mode=mode))
    files: dict[str, list[tuple]] = {}
    load(world, files, [(9, "old")])
    whole = load(world, files, FILE)
    mend(world, whole, [(2, "B"), (3, "c")], True)
    files[newest(world)] = [(2, "B"), (3, "c")]
    told = parts(world)
    assert (told["whole"], told["loads"]) == (whole, [whole, newest(world)])
    assert table(declared, told, files) == world.rows() == [(1, "a"), (2, "B"), (3, "c")]
    last = load(world, files, FILE)
    assert (parts(world)["whole"], parts(world)["loads"]) == (last, [last])


def test_mended_rows_of_an_upsert_are_a_load_like_any_other(world: World):
    world.deploy(dataset(mode="upsert"))
    world.load(FILE)
    first = newest(world)
    mend(world, first, [(3, "c")], False)
    assert parts(world)["loads"] == [first, newest(world)]
    assert (parts(world)["whole"], parts(world)["unique"]) == (None, True)


def test_only_what_was_applied_counts(world: World):
    world.deploy(dataset(mode="upsert"))
    assert parts(world)["loads"] == []
    world.load(FILE)
    applied = newest(world)
    begin(world, applied, [(3, "c")], [7], False)
    refused = world.arrive()
    world.own.refuse(refused, "nothing in it is right")
    world.arrive()
    assert parts(world)["loads"] == [applied]


def test_a_replay_takes_its_place_when_it_is_applied(world: World):
    world.deploy(declared := dataset(mode="upsert"))
    files: dict[str, list[tuple]] = {}
    first, second = load(world, files, FILE), load(world, files, [(2, "B")])
    again = world.own.replay(first)["load_id"]
    world.own.queue(again, {"pinned_key": "x"})
    attempt = world.own.claim("runways")["attempt"]
    world.own.apply_load(again, world.stage(again, attempt, FILE))
    files[again] = FILE
    told = parts(world)
    assert told["loads"] == [first, second, again]
    assert not told["unique"]
    assert table(declared, told, files) == world.rows() == FILE


def test_a_key_that_came_twice_in_one_file_is_not_unique(world: World):
    world.deploy(dataset())
    world.load(FILE)
    assert parts(world)["unique"]
    world.load([(1, "a"), (1, "b")])
    assert not parts(world)["unique"]


def test_what_was_loaded_in_another_mode_still_counts(world: World):
    files: dict[str, list[tuple]] = {}
    world.deploy(dataset(mode="snapshot"))
    load(world, files, [(9, "old")])
    whole = load(world, files, FILE)
    world.deploy(declared := dataset(mode="upsert"))
    more = load(world, files, [(2, "B")])
    told = parts(world)
    assert (told["whole"], told["loads"]) == (whole, [whole, more])
    assert table(declared, told, files) == world.rows() == [(1, "a"), (2, "B")]


def test_loads_from_before_modes_were_noted_have_the_declared_one(world: World):
    world.deploy(dataset(mode="replace"))
    world.load([(9, "old")])
    world.load(FILE)
    world.run("update etl.load set mode = null")
    assert parts(world)["loads"] == [newest(world)]


def test_a_history_names_its_mode_and_an_unknown_dataset_nothing(world: World):
    world.deploy(history("close"))
    assert parts(world)["mode"] == "history"
    assert parts(world, "taxi") is None
