"""A history keeps every version: no gap, no overlap, one current row per key."""

import pytest

from stagecoach.dataset import Column, Dataset, Limit
from stagecoach.errors import LoadRejected
from tests.sql.worlds import World, dataset

TIMED = (
    Column("id", "bigint", "id"),
    Column("surface", "text", "surface", nullable=True),
    Column("seen", "timestamptz", "seen"),
)


def history(deletes: str, **told: object) -> Dataset:
    return dataset(mode="history", deletes=deletes, **told)


def day(number: int) -> str:
    return f"2026-03-{number:02d}T00:00:00Z"


def versions(world: World) -> list[tuple]:
    """(id, surface, first day, last day or None)"""
    return world.run(
        "select id, surface, extract(day from valid_from at time zone 'UTC')::int, "
        "extract(day from valid_to at time zone 'UTC')::int "
        "from aviation.runways order by id, valid_from"
    )


@pytest.fixture
def whole(world: World) -> World:
    world.deploy(history("close"))
    return world


@pytest.fixture
def some(world: World) -> World:
    world.deploy(history("ignore", columns=TIMED, order_by="seen"))
    return world


def test_l9_a_changed_row_ends_where_its_successor_begins(whole: World):
    assert whole.load([(1, "a"), (2, "b")], event_time=day(1)) == {"inserted": 2}
    counts = whole.load([(1, "A"), (2, "b")], event_time=day(3))
    assert counts == {"updated": 1, "unchanged": 1}
    assert versions(whole) == [(1, "a", 1, 3), (1, "A", 3, None), (2, "b", 1, None)]


def test_l9_a_key_that_lacks_ends_and_may_come_back(whole: World):
    whole.load([(1, "a"), (2, "b")], event_time=day(1))
    assert whole.load([(1, "a")], event_time=day(2)) == {"unchanged": 1, "deleted": 1}
    assert whole.load([(1, "a"), (2, "b")], event_time=day(4)) == {"unchanged": 1, "inserted": 1}
    assert versions(whole) == [(1, "a", 1, None), (2, "b", 1, 2), (2, "b", 4, None)]


def test_l9_null_is_equal_to_null(whole: World):
    whole.load([(1, None)], event_time=day(1))
    assert whole.load([(1, None)], event_time=day(2)) == {"unchanged": 1}


def test_l6_the_same_file_again_writes_no_version(whole: World):
    whole.load([(1, "a")], event_time=day(1))
    written = whole.run("select xmin::text, ctid::text from aviation.runways")
    assert whole.load([(1, "a")], event_time=day(1)) == {"unchanged": 1}
    assert whole.run("select xmin::text, ctid::text from aviation.runways") == written


def test_l5_an_older_whole_file_changes_nothing(whole: World):
    whole.load([(1, "new"), (2, "b")], event_time=day(5))
    assert whole.load([(1, "old"), (3, "c")], event_time=day(4)) == {"stale": 2}
    assert versions(whole) == [(1, "new", 5, None), (2, "b", 5, None)]


def test_two_whole_files_of_one_instant_leave_what_the_later_one_says(whole: World):
    whole.load([(1, "a"), (2, "b")], event_time=day(1))
    whole.load([(1, "A"), (2, "b"), (3, "c")], event_time=day(2))
    counts = whole.load([(1, "AA"), (2, "b")], event_time=day(2))
    assert counts == {"updated": 1, "unchanged": 1, "deleted": 1}
    assert versions(whole) == [(1, "a", 1, 2), (1, "AA", 2, None), (2, "b", 1, None)]


def test_a_history_that_closes_is_guarded(world: World):
    world.deploy(history("close", max_deletes=Limit(count=1)))
    world.load([(1, "a"), (2, "b"), (3, "c")], event_time=day(1))
    with pytest.raises(LoadRejected, match="2 of 3 live rows"):
        world.load([(1, "a")], event_time=day(2))
    assert len(versions(world)) == 3


def test_l4_the_last_row_of_a_key_in_a_whole_file_counts(whole: World):
    counts = whole.load([(1, "a"), (1, "b")], event_time=day(1))
    assert counts == {"inserted": 1, "deduplicated": 1}
    assert versions(whole) == [(1, "b", 1, None)]


def test_l9_several_versions_of_a_key_in_one_file_follow_each_other(some: World):
    rows = [(1, "b", day(2)), (1, "a", day(1)), (1, "c", day(3)), (2, "x", day(1))]
    assert some.load(rows) == {"inserted": 2, "updated": 2}
    assert versions(some) == [(1, "a", 1, 2), (1, "b", 2, 3), (1, "c", 3, None), (2, "x", 1, None)]


def test_l9_late_versions_are_put_in_between(some: World):
    some.load([(1, "b", day(10)), (1, "d", day(20))])
    rows = [(1, "a", day(5)), (1, "c", day(15)), (1, "cc", day(16)), (1, "b", day(10))]
    assert some.load(rows) == {"updated": 3, "unchanged": 1}
    assert versions(some) == [
        (1, "a", 5, 10), (1, "b", 10, 15), (1, "c", 15, 16), (1, "cc", 16, 20), (1, "d", 20, None),
    ]  # fmt: skip


def test_the_later_word_on_one_time_corrects_the_version(some: World):
    some.load([(1, "a", day(1)), (1, "b", day(2))])
    assert some.load([(1, "?", day(1)), (1, "A", day(1))]) == {"updated": 1, "deduplicated": 1}
    assert versions(some) == [(1, "A", 1, 2), (1, "b", 2, None)]


def test_a_new_time_is_a_new_version_even_of_the_same_values(some: World):
    some.load([(1, "a", day(1))])
    assert some.load([(1, "a", day(2))]) == {"updated": 1}
    assert versions(some) == [(1, "a", 1, 2), (1, "a", 2, None)]


def test_a_key_that_a_file_of_some_rows_lacks_stays(some: World):
    some.load([(1, "a", day(1))])
    some.load([(2, "b", day(2))])
    assert versions(some) == [(1, "a", 1, None), (2, "b", 2, None)]


def test_d4_a_file_of_some_rows_that_comes_late_holds_until_the_next_change(world: World):
    world.deploy(history("ignore"))
    world.load([(1, "a")], event_time=day(1))
    world.load([(1, "c")], event_time=day(9))
    assert world.load([(1, "b"), (2, "x")], event_time=day(5)) == {"updated": 1, "inserted": 1}
    assert world.load([(1, "a")], event_time=day(3)) == {"unchanged": 1}
    assert versions(world) == [(1, "a", 1, 5), (1, "b", 5, 9), (1, "c", 9, None), (2, "x", 5, None)]


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_a_time_without_a_zone_is_utc(world: World, kind: str):
    columns = (*TIMED[:2], Column("seen", kind, "seen"))
    world.deploy(history("ignore", columns=columns, order_by="seen"))
    world.load([(1, "a", "2026-03-07")])
    assert versions(world) == [(1, "a", 7, None)]


def test_a_history_of_hostile_names_and_several_keys_works(world: World):
    columns = (
        Column("order", "varchar(8)", "order"),
        Column("sent_at", "integer", "s"),
        Column("live", "json", "l", nullable=True),
        Column("deleted", "boolean", "d", nullable=True),
    )
    world.deploy(history("close", columns=columns, key=("order", "sent_at")))
    world.load([("a", 1, "{}", None), ("b", 1, None, True)], event_time=day(1))
    counts = world.load([("a", 1, "{ }", None), ("b", 2, None, True)], event_time=day(2))
    assert counts == {"unchanged": 1, "inserted": 1, "deleted": 1}


def test_a_history_of_keys_alone_works(world: World):
    world.deploy(history("close", columns=(Column("id", "bigint", "id"),)))
    world.load([(1,), (2,)], event_time=day(1))
    assert world.load([(2,), (3,)], event_time=day(2)) == {
        "inserted": 1, "deleted": 1, "unchanged": 1
    }  # fmt: skip


def test_s7_a_history_table_that_was_altered_is_refused(whole: World):
    whole.run("alter table aviation.runways drop column is_current")
    with pytest.raises(LoadRejected, match="column is_current is missing"):
        whole.load([(1, "a")])


def test_a_snapshot_does_not_become_a_history_by_itself(world: World):
    world.deploy(dataset())
    with pytest.raises(LoadRejected, match="column valid_from is missing"):
        world.deploy(history("close"))
