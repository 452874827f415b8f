"""Which rows are the same row: keys of texts, of several columns, null ones, doubled ones."""

import random

import pytest
from pg8000.exceptions import DatabaseError

from stagecoach.dataset import Column
from tests.sql.test_modes import VERSIONED
from tests.sql.worlds import World, dataset

TEXTS = (Column("code", "text", "code"), Column("surface", "text", "surface", nullable=True))
ALIKE = ["a", "A", "a ", " a", "\u00e9", "e\u0301", "\u212b", "\u00c5", "ss", "\u00df", "0", "00"]
PAIRS = (
    Column("airport", "text", "airport"),
    Column("runway", "integer", "runway"),
    Column("opened", "date", "opened"),
    Column("surface", "text", "surface", nullable=True),
)


@pytest.mark.parametrize("mode", ["snapshot", "upsert", "append"])
def test_l2_texts_are_one_key_only_when_their_bytes_are(world: World, mode: str):
    world.deploy(dataset(mode=mode, columns=TEXTS, key=("code",)))
    rows = [(code, "x") for code in ALIKE]
    assert world.load(rows) == {"inserted": len(ALIKE)}
    assert world.load(rows) == {"unchanged": len(ALIKE)}
    assert {code for code, _ in world.rows()} == set(ALIKE)


@pytest.mark.parametrize("mode", ["snapshot", "upsert", "append", "replace"])
def test_l2_a_key_of_three_columns_is_equal_when_all_three_are(world: World, mode: str):
    world.deploy(dataset(mode=mode, columns=PAIRS, key=("airport", "runway", "opened")))
    rows = [
        ("SFO", 1, "1927-05-07", "a"),
        ("SFO", 1, "1927-05-08", "b"),
        ("SFO", 2, "1927-05-07", "c"),
    ]
    assert world.load(rows) == {"inserted": 3}
    again = world.load(rows)
    assert again in ({"unchanged": 3}, {"inserted": 3, "deleted": 3})
    assert len(world.rows()) == 3


@pytest.mark.parametrize("mode", ["snapshot", "upsert", "append", "replace", "history"])
def test_l3_a_null_key_does_not_get_as_far_as_the_merge(world: World, mode: str):
    world.deploy(dataset(mode=mode, deletes="close" if mode == "history" else None))
    load_id = world.arrive()
    claimed = world.ledger().claim("runways")
    with pytest.raises(DatabaseError, match="null value in column"):
        world.stage(load_id, claimed["attempt"], [(1, "a"), (None, "b")])
    assert world.rows() == []


@pytest.mark.parametrize("order", range(5))
def test_l4_the_winner_of_doubled_rows_does_not_depend_on_who_staged_first(
    world: World, order: int
):
    world.deploy(dataset(mode="upsert", columns=VERSIONED, order_by="seen"))
    rows = [(1, "older", 4), (1, "tie", 5), (1, "wins", 5), (1, "oldest", None)]
    numbered = list(enumerate(rows, 2))
    random.Random(order).shuffle(numbered)
    load_id = world.arrive()
    manifest = world.stage_numbered(load_id, world.ledger().claim("runways")["attempt"], numbered)
    world.ledger().apply_load(load_id, manifest)
    assert world.counts(load_id) == {"inserted": 1, "deduplicated": 3}
    assert world.rows() == [(1, "wins", 5)]


def test_l14_grants_survive_ten_loads_of_every_mode(world: World):
    modes = ("snapshot", "upsert", "append", "replace")
    world.deploy(*(dataset(f"by_{mode}", mode) for mode in modes))
    world.run("create role reader_of_all")
    for mode in modes:
        world.run(f"grant select on aviation.by_{mode} to reader_of_all")
        for number in range(10):
            world.load([(number, "a")], f"by_{mode}")
    asked = ", ".join(
        f"has_table_privilege('reader_of_all', 'aviation.by_{mode}', 'select')" for mode in modes
    )
    assert world.run(f"select {asked}") == [(True,) * 4]


def test_l7_a_replacement_that_fails_leaves_every_old_row(world: World):
    world.deploy(dataset(mode="replace", key=()))
    world.load([(1, "a"), (2, "b")])
    world.run("alter table aviation.runways add constraint no_ice check (surface <> 'ice')")
    load_id = world.arrive()
    manifest = world.stage(load_id, world.ledger().claim("runways")["attempt"], [(3, "ice")])
    with pytest.raises(Exception, match="no_ice"):
        world.ledger().apply_load(load_id, manifest)
    assert world.rows() == [(1, "a"), (2, "b")]
    world.ledger().fail(load_id, "no_ice", retryable=False)
    world.load([(4, "d")])
    assert world.rows() == [(4, "d")]
