"""Upsert, append and replace: what each does with new, changed, old and doubled rows."""

import pytest

from stagecoach.dataset import Column, Limit
from stagecoach.errors import LoadRejected
from tests.sql.worlds import World, dataset

VERSIONED = (
    Column("id", "bigint", "id"),
    Column("surface", "text", "surface", nullable=True),
    Column("seen", "integer", "seen", nullable=True),
)


def test_an_upsert_leaves_rows_that_are_not_in_the_file(world: World):
    """L1"""
    world.deploy(dataset(mode="upsert"))
    world.load([(1, "a"), (2, "b")])
    assert world.load([(2, "B"), (3, "c")]) == {"inserted": 1, "updated": 1}
    assert world.load([(2, "B")]) == {"unchanged": 1}
    assert world.rows() == [(1, "a"), (2, "B"), (3, "c")]


def test_an_older_row_never_replaces_a_newer_one(world: World):
    """L5"""
    world.deploy(dataset(mode="upsert", columns=VERSIONED, order_by="seen"))
    world.load([(1, "new", 5), (2, "new", 5), (3, "new", 5), (4, "any", None)])
    rows = [(1, "old", 4), (2, "again", 5), (3, "undated", None), (4, "dated", 1)]
    assert world.load(rows) == {"stale": 2, "updated": 2}
    assert world.rows() == [
        (1, "new", 5), (2, "again", 5), (3, "new", 5), (4, "dated", 1)
    ]  # fmt: skip


@pytest.mark.parametrize("before", [[], [(9, "x", 1)]])
def test_among_doubled_rows_the_newest_wins_then_the_last(world: World, before: list):
    """L4"""
    world.deploy(dataset(mode="upsert", columns=VERSIONED, order_by="seen"))
    world.load(before)
    rows = [(1, "newest", 9), (1, "older", 8), (2, "a", 5), (2, "b", 5), (2, "c", None)]
    assert world.load(rows) == {"inserted": 2, "deduplicated": 3}
    assert world.rows()[:2] == [(1, "newest", 9), (2, "b", 5)]


def test_facts_without_a_key_are_all_appended(world: World):
    world.deploy(dataset(mode="append", key=()))
    world.load([(1, "a")])
    assert world.load([(1, "a"), (1, "a")]) == {"inserted": 2}
    assert len(world.rows()) == 3


def test_facts_without_a_key_are_not_replayed(world: World):
    """L6"""
    world.deploy(dataset(mode="append", key=()))
    world.load([(1, "a")])
    (load,) = world.ledger().loads()
    with pytest.raises(LoadRejected, match="appended already"):
        world.ledger().replay(load["load_id"])


def test_appended_facts_with_a_key_never_change(world: World):
    world.deploy(dataset(mode="append"))
    world.load([(1, "a"), (2, "b")])
    counts = world.load([(1, "a"), (2, "CHANGED"), (3, "c")])
    assert counts == {"inserted": 1, "unchanged": 1, "stale": 1}
    assert world.rows() == [(1, "a"), (2, "b"), (3, "c")]


def test_replace_leaves_only_the_rows_of_the_file(world: World):
    world.deploy(dataset(mode="replace", key=()))
    world.load([(1, "a"), (1, "a")])
    assert world.load([(2, "b")]) == {"inserted": 1, "deleted": 2}
    assert world.rows() == [(2, "b")]


def test_replace_is_guarded_against_a_file_that_shrank(world: World):
    world.deploy(dataset(mode="replace", key=(), max_deletes=Limit(share=0.5)))
    world.load([(1, "a"), (2, "b"), (3, "c")])
    assert world.load([(4, "d"), (5, "e")])["inserted"] == 2
    with pytest.raises(LoadRejected, match="2 of 2 live rows"):
        world.load([])


def test_readers_of_a_replaced_table_never_see_it_empty(world: World):
    world.deploy(dataset(mode="replace", key=()))
    world.load([(1, "a")])
    reader = world.connect()
    cursor = reader.cursor()
    cursor.execute("begin isolation level repeatable read")
    cursor.execute("select count(*) from aviation.runways")
    world.load([(2, "b")])
    cursor.execute("select * from aviation.runways")
    assert [tuple(row) for row in cursor.fetchall()] == [(1, "a")]


def test_keys_of_several_columns_and_hostile_names_work(world: World):
    """L2, S8"""
    columns = (
        Column("order", "varchar(8)", "order"),
        Column('my "group"', "integer", "g"),
        Column("deleted", "json", "d", nullable=True),
        Column("action", "numeric(5,2)", "a", nullable=True),
        Column("live", "text", "l", nullable=True),
    )
    world.deploy(dataset(columns=columns, key=("order", 'my "group"'), indexes=(("live",),)))
    world.load([("a", 1, '{"x": 1}', "1.50", None), ("b", 1, None, None, "x")])
    counts = world.load([("a", 1, '{"x":1}', "1.5", None), ("b", 2, None, None, "x")])
    assert counts == {"unchanged": 1, "inserted": 1, "deleted": 1}


def test_a_table_of_key_columns_only_is_merged(world: World):
    world.deploy(dataset(columns=(Column("id", "bigint", "id"),)))
    world.load([(1,), (2,)])
    assert world.load([(2,), (3,)]) == {"inserted": 1, "deleted": 1, "unchanged": 1}
