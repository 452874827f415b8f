"""A snapshot is the whole truth: the table becomes what the file says, and nothing else moves."""

import pytest

from stagecoach.dataset import Limit
from stagecoach.errors import LoadRejected
from tests.sql.worlds import World, dataset


def test_an_empty_table_takes_every_row(world: World):
    world.deploy(dataset())
    assert world.load([(1, "grass"), (2, "asphalt")]) == {"inserted": 2}
    assert world.rows() == [(1, "grass"), (2, "asphalt")]


def test_new_changed_same_and_missing_rows_are_counted_apart(world: World):
    """L1"""
    world.deploy(dataset())
    world.load([(1, "grass"), (2, "sand"), (3, None)])
    counts = world.load([(1, "grass"), (2, None), (4, "water")])
    assert counts == {"inserted": 1, "updated": 1, "deleted": 1, "unchanged": 1}
    assert world.rows() == [(1, "grass"), (2, None), (4, "water")]


def test_the_same_file_again_writes_no_live_row(world: World):
    """L6"""
    world.deploy(dataset())
    world.load([(1, "grass"), (2, None)])
    written = world.run("select xmin::text, ctid::text from aviation.runways")
    assert world.load([(1, "grass"), (2, None)]) == {"unchanged": 2}
    assert world.run("select xmin::text, ctid::text from aviation.runways") == written


@pytest.mark.parametrize("before", [[], [(1, "water")]])
def test_the_last_of_two_lines_with_one_key_wins(world: World, before: list):
    """L4"""
    world.deploy(dataset())
    world.load(before)
    counts = world.load([(1, "grass"), (2, "sand"), (1, "ice")])
    assert counts["deduplicated"] == 1
    assert world.rows() == [(1, "ice"), (2, "sand")]


@pytest.mark.parametrize("limit", [Limit(share=0.5), Limit(count=1)])
def test_the_delete_guard_names_its_numbers_and_leaves_the_table(world: World, limit: Limit):
    world.deploy(dataset(max_deletes=limit))
    world.load([(1, "a"), (2, "b"), (3, "c")])
    with pytest.raises(LoadRejected, match="2 of 3 live rows"):
        world.load([(1, "a")])
    assert world.rows() == [(1, "a"), (2, "b"), (3, "c")]


def test_an_empty_snapshot_trips_the_guard(world: World):
    world.deploy(dataset(max_deletes=Limit(share=0.9)))
    world.load([(1, "a")])
    with pytest.raises(LoadRejected, match="1 of 1 live rows"):
        world.load([])


def test_without_a_guard_an_empty_snapshot_empties_the_table(world: World):
    world.deploy(dataset())
    world.load([(1, "a")])
    assert world.load([]) == {"deleted": 1}


def test_an_empty_file_into_an_empty_table_is_applied(world: World):
    """C1"""
    world.deploy(dataset(max_deletes=Limit(share=0.1)))
    assert world.load([]) == {}
