"""Delete flags in an upsert: what is deleted stays so, until something newer comes."""

import pytest

from stagecoach.dataset import Column
from tests.sql.worlds import World, dataset

FLAGGED = (
    Column("id", "bigint", "id"),
    Column("surface", "text", "surface", nullable=True),
    Column("seen", "integer", "seen", nullable=True),
    Column("is_gone", "boolean", "is_gone", nullable=True),
)


@pytest.fixture
def undated(world: World) -> World:
    world.deploy(dataset(mode="upsert", columns=FLAGGED, deleted_when="is_gone"))
    return world


@pytest.fixture
def dated(world: World) -> World:
    told = {"columns": FLAGGED, "order_by": "seen", "deleted_when": "is_gone"}
    world.deploy(dataset(mode="upsert", **told))
    return world


def test_l8_a_flagged_row_deletes_the_row_of_its_key(undated: World):
    undated.load([(1, "a", None, False), (2, "b", None, None)])
    assert undated.load([(1, "a", None, True)]) == {"updated": 1, "deleted": 1}
    assert undated.rows() == [(2, "b", None, None)]


@pytest.mark.parametrize("before", [[], [(9, "x", None, None)]])
def test_l8_deleting_a_missing_key_is_no_error_and_counted(undated: World, before: list):
    undated.load(before)
    assert undated.load([(1, None, None, True)]) == {"unchanged": 1}
    assert undated.rows() == before


def test_l8_insert_and_delete_of_one_key_in_one_file_end_as_the_last_says(undated: World):
    rows = [(1, "a", None, False), (1, "a", None, True), (2, "b", None, True), (2, "b", None, None)]
    assert undated.load(rows) == {"inserted": 1, "unchanged": 1, "deduplicated": 2}
    assert undated.rows() == [(2, "b", None, None)]


def test_a_late_delete_does_not_remove_a_newer_row(dated: World):
    dated.load([(1, "new", 5, False)])
    assert dated.load([(1, "old", 4, True)]) == {"stale": 1}
    assert dated.rows() == [(1, "new", 5, False)]


def test_a_late_row_does_not_bring_back_what_was_deleted(dated: World):
    dated.load([(1, "a", 1, False)])
    dated.load([(1, "a", 5, True), (2, "b", 5, True)])
    late = [(1, "late", 4, False), (2, "undated", None, False)]
    assert dated.load(late) == {"stale": 2}
    assert dated.rows() == []


def test_a_newer_row_brings_back_what_was_deleted(dated: World):
    dated.load([(1, "a", 5, True)])
    assert dated.load([(1, "b", 6, False)]) == {"inserted": 1}
    assert dated.load([(1, "c", 5, False)]) == {"stale": 1}
    assert dated.rows() == [(1, "b", 6, False)]


def test_l6_the_same_deletes_again_change_nothing(dated: World):
    dated.load([(1, "a", 1, False)])
    dated.load([(1, "a", 5, True)])
    assert dated.load([(1, "a", 5, True)]) == {"unchanged": 1}
    assert dated.load([(1, "a", 1, False)]) == {"stale": 1}
