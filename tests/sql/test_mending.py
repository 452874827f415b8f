"""Mended rows become a part of the load that refused them, and nothing else changes (C17)."""

import json
import uuid

import pytest

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected, Permanent
from tests.sql.test_history import TIMED, history
from tests.sql.worlds import World, dataset

FILE = [(1, "a"), (2, "b")]
WHOLE = [dataset(), dataset(mode="replace"), dataset(mode="replace", key=()), history("close")]
ROWS = [dataset(mode="upsert"), dataset(mode="append"), dataset(mode="append", key=())]


def mode(declared: Dataset) -> str:
    return f"{declared.load.mode} by {declared.key or 'nothing'}"


def newest(world: World) -> str:
    return world.own.loads()[0]["load_id"]


def begin(world: World, load_id: str, rows: list[tuple], lines: list[int], whole: bool) -> dict:
    mended_id = str(uuid.uuid5(uuid.UUID(load_id), json.dumps([rows, lines])))
    facts = {"pinned_key": f"{mended_id}/data.csv"}
    return world.own.mend(load_id, mended_id, lines, facts, fills_whole=whole)


def mend(world: World, load_id: str, rows: list[tuple], whole: bool) -> dict:
    begun = begin(world, load_id, rows, list(range(7, 7 + len(rows))), whole)
    return go_on(world, begun["load_id"], rows)


def go_on(world: World, load_id: str, rows: list[tuple]) -> dict:
    claimed = world.own.claim("runways")
    assert claimed["load_id"] == load_id
    manifest = world.stage(load_id, claimed["attempt"], rows)
    world.own.apply_load(load_id, manifest)
    return world.counts(load_id)


@pytest.mark.parametrize("declared", WHOLE + ROWS, ids=mode)
def test_c17_mended_rows_come_beside_what_was_applied(world: World, declared: Dataset):
    world.deploy(declared)
    world.load(FILE)
    before = world.own.load_report(newest(world))
    assert mend(world, newest(world), [(3, "c")], declared in WHOLE) == {"inserted": 1}
    assert [row[:2] for row in world.rows()] == [*FILE, (3, "c")]
    assert world.own.load_report(before["load_id"]) == before
    mending = world.own.load_report(newest(world))
    assert (mending["mends"], mending["mended_lines"]) == (before["load_id"], [7])


@pytest.mark.parametrize("declared", WHOLE + ROWS, ids=mode)
def test_c17_the_same_mended_rows_are_one_load(world: World, declared: Dataset):
    world.deploy(declared)
    world.load(FILE)
    old = newest(world)
    mend(world, old, [(3, "c")], declared in WHOLE)
    again = begin(world, old, [(3, "c")], [7], declared in WHOLE)
    assert (again["is_new"], again["load_id"], again["state"]) == (False, newest(world), "applied")
    assert world.own.claim("runways") is None


@pytest.mark.parametrize(
    "declared", [dataset(), dataset(mode="upsert"), history("close")], ids=mode
)
def test_a_replay_of_mended_rows_changes_nothing(world: World, declared: Dataset):
    world.deploy(declared)
    world.load(FILE)
    mend(world, newest(world), [(3, "c")], declared.load.mode != "upsert")
    rows = world.rows()
    again = world.own.replay(newest(world))
    assert (again["state"], again["facts"]["pinned_key"]) == ("queued", again["pinned_from"])
    assert go_on(world, again["load_id"], [(3, "c")]) == {"unchanged": 1}
    assert world.rows() == rows


def test_a_snapshot_that_lacked_a_row_takes_its_mended_form_back(world: World):
    world.deploy(dataset())
    world.load([*FILE, (3, "old")])
    world.load(FILE)
    assert mend(world, newest(world), [(3, "new"), (2, "B")], True) == {"inserted": 1, "updated": 1}
    assert world.rows() == [(1, "a"), (2, "B"), (3, "new")]


def test_a_history_is_as_if_the_row_had_been_good_at_once(world: World):
    world.deploy(history("close"))
    world.load([*FILE, (3, "old"), (4, "same")], event_time="2026-01-01T00:00:00Z")
    world.load(FILE, event_time="2026-02-01T00:00:00Z")
    counts = mend(world, newest(world), [(3, "new"), (4, "same")], True)
    assert counts == {"updated": 1, "unchanged": 1}
    versions = world.run("select id, surface, valid_from::date::text, valid_to::date::text "
                         "from aviation.runways where id > 2 order by id, valid_from")  # fmt: skip
    assert [tuple(row) for row in versions] == [
        (3, "old", "2026-01-01", "2026-02-01"),
        (3, "new", "2026-02-01", None),
        (4, "same", "2026-01-01", None),
    ]


def test_a_history_opens_no_version_of_a_key_that_a_good_row_brought(world: World):
    world.deploy(history("close"))
    world.load([*FILE, (3, "old")], event_time="2026-01-01T00:00:00Z")
    world.load([*FILE, (3, "good")], event_time="2026-02-01T00:00:00Z")
    assert mend(world, newest(world), [(3, "better")], True) == {"updated": 1}
    versions = world.run("select surface, valid_to is null from aviation.runways where id = 3")
    assert sorted(tuple(row) for row in versions) == [("better", True), ("old", False)]


def test_a_history_of_rows_gets_them_at_their_own_time(world: World):
    world.deploy(history("ignore", columns=TIMED, order_by="seen"))
    world.load([(1, "a", "2026-03-01")])
    world.load([(1, "c", "2026-05-01")])
    first = world.own.loads()[1]["load_id"]
    mend(world, first, [(1, "b", "2026-04-01")], False)
    surfaces = world.run("select surface from aviation.runways order by valid_from")
    assert [tuple(row) for row in surfaces] == [("a",), ("b",), ("c",)]


@pytest.mark.parametrize("declared", WHOLE, ids=mode)
def test_rows_of_an_older_whole_file_are_refused(world: World, declared: Dataset):
    world.deploy(declared)
    world.load(FILE)
    old = newest(world)
    world.load([(1, "later")])
    rows = world.rows()
    with pytest.raises(LoadRejected, match="brought a whole file that is newer than these rows"):
        begin(world, old, [(3, "c")], [7], True)
    assert world.rows() == rows
    assert len(world.own.loads()) == 2


def test_d4_rows_of_an_older_version_of_the_same_object_come_too_late(world: World):
    world.deploy(dataset(mode="upsert"))
    world.load(FILE, key="runways/daily.csv")
    old = newest(world)
    world.load([(3, "newer")], key="runways/daily.csv")
    begun = begin(world, old, [(3, "older")], [7], False)
    assert world.own.claim("runways") is None
    assert world.own.load_report(begun["load_id"])["state"] == "superseded"
    assert world.rows() == [*FILE, (3, "newer")]


def test_a_newer_file_that_comes_between_is_noticed_by_the_merge(world: World):
    world.deploy(dataset())
    world.load(FILE)
    begun = begin(world, newest(world), [(3, "c")], [7], True)
    claimed = world.own.claim("runways")
    manifest = world.stage(begun["load_id"], claimed["attempt"], [(3, "c")])
    world.run(
        "insert into etl.delivery (bucket, key, version_id, dataset, size, event_time) "
        "values ('landing', 'runways/z', 'z', 'runways', 1, '2027-01-01')"
    )
    world.run(
        "insert into etl.load (delivery_id, dataset, state, ended_at, read, header, good, rejected,"
        " inserted, updated, deleted, unchanged, stale, deduplicated) select max(delivery_id),"
        " 'runways', 'applied', now(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from etl.delivery"
    )
    with pytest.raises(LoadRejected, match="newer than these rows"):
        world.own.apply_load(begun["load_id"], manifest)
    assert world.rows() == FILE


def test_the_whole_file_is_not_replayed_over_its_mended_rows(world: World):
    world.deploy(dataset())
    world.load(FILE)
    old = newest(world)
    mend(world, old, [(3, "c")], True)
    with pytest.raises(Permanent, match=f"run: stagecoach replay {newest(world)[:8]}"):
        world.own.replay(old)


def test_facts_without_a_key_are_mended_once(world: World):
    world.deploy(dataset(mode="append", key=()))
    world.load(FILE)
    old = newest(world)
    mend(world, old, [(3, "c"), (4, "d")], False)
    with pytest.raises(LoadRejected, match="appended some of these rows already"):
        begin(world, old, [(4, "D"), (5, "e")], [8, 9], False)
    with pytest.raises(LoadRejected, match="appended some of these rows already"):
        world.own.replay(newest(world))
    assert go_on(world, begin(world, old, [(5, "e")], [9], False)["load_id"], [(5, "e")]) == {
        "inserted": 1
    }


def test_what_was_refused_whole_is_mended_in_the_file(world: World):
    world.deploy(dataset())
    load_id = world.arrive()
    world.own.refuse(load_id, "1 of 2 rows are rejected")
    with pytest.raises(Permanent, match="none of its rows are in the table - mend the rows in"):
        begin(world, load_id, [(3, "c")], [7], True)


def test_columns_that_files_brought_stay_beside_mended_rows(world: World):
    """S1: what is undeclared keeps its values too."""
    world.deploy(dataset())
    world.load(FILE)
    world.run("alter table aviation.runways add column note text")
    world.run("insert into etl.extra_column (dataset, name, found, load_id) "
              "select 'runways', 'note', 'note', load_id from etl.load")  # fmt: skip
    world.run("update etl.dataset set drift = 'evolve'")
    world.run("update aviation.runways set note = 'kept' where id = 1")
    assert mend(world, newest(world), [(3, "c")], True) == {"inserted": 1}
    assert world.rows() == [(1, "a", "kept"), (2, "b", None), (3, "c", None)]
