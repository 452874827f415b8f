"""Which load goes next, and which one is never to be applied."""

import pytest

from tests.sql.worlds import World, dataset

EARLY, LATE = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"


@pytest.fixture
def runways(world: World) -> World:
    world.deploy(dataset())
    return world


def apply_next(world: World, rows: list[tuple]) -> str:
    claimed = world.ledger().claim("runways")
    world.ledger().apply_load(
        claimed["load_id"], world.stage(claimed["load_id"], claimed["attempt"], rows)
    )
    return claimed["load_id"]


def state(world: World, load_id: str) -> str:
    return world.ledger().load_report(load_id)["state"]


def test_the_oldest_file_goes_first_whatever_came_in_first(runways: World):
    late = runways.arrive(key="b", event_time=LATE)
    early = runways.arrive(key="a", event_time=EARLY)
    assert [apply_next(runways, [(1, "x")]) for _ in range(2)] == [early, late]


@pytest.mark.parametrize(("older", "newer"), [("0A", "0B"), ("9", "0A1"), ("0A", "0A01")])
def test_versions_of_one_key_go_by_the_sequencer_within_a_second(
    runways: World, older: str, newer: str
):
    """D4"""
    older, newer = sorted((older, newer), key=lambda each: each.ljust(64, "0"))
    second = runways.arrive(key="a", event_time=EARLY, sequencer=newer)
    first = runways.arrive(key="a", event_time=EARLY, sequencer=older)
    assert [apply_next(runways, [(1, "x")]) for _ in range(2)] == [first, second]


def test_a_version_older_than_an_applied_one_is_superseded(runways: World):
    """D4"""
    runways.arrive(key="a", event_time=LATE, sequencer="02")
    apply_next(runways, [(1, "new")])
    late = runways.arrive(key="a", event_time=EARLY, sequencer="01")
    assert state(runways, late) == "superseded"
    assert runways.ledger().claim("runways") is None


def test_a_queued_version_is_superseded_when_a_newer_one_was_applied(runways: World):
    newer = runways.arrive(key="a", event_time=LATE, sequencer="02")
    claimed = runways.ledger().claim("runways")
    older = runways.arrive(key="a", event_time=EARLY, sequencer="01")
    assert state(runways, older) == "queued"
    manifest = runways.stage(newer, claimed["attempt"], [(1, "new")])
    runways.ledger().apply_load(newer, manifest)
    assert runways.ledger().claim("runways") is None
    assert state(runways, older) == "superseded"
    assert runways.rows() == [(1, "new")]


def test_appended_files_are_never_superseded(world: World):
    world.deploy(dataset(mode="append", key=()))
    world.arrive(key="a", event_time=LATE, sequencer="02")
    apply_next(world, [(1, "new")])
    late = world.arrive(key="a", event_time=EARLY, sequencer="01")
    assert apply_next(world, [(1, "old")]) == late


def test_a_version_waits_for_an_older_one_that_is_still_arriving(runways: World):
    told = {"size": 1, "etag": None, "event_time": EARLY}
    older = runways.ledger().receive("landing", "a", "v1", "runways", sequencer="01", **told)
    newer = runways.arrive(key="a", event_time=EARLY, sequencer="02")
    assert runways.ledger().claim("runways") is None
    runways.ledger().refuse(older["load_id"], "its object is gone")
    assert runways.ledger().claim("runways")["load_id"] == newer


def test_two_snapshots_close_together_end_as_the_later_one(runways: World):
    runways.arrive(key="b", event_time=EARLY, sequencer="02")
    runways.arrive(key="a", event_time=EARLY, sequencer="01")
    apply_next(runways, [(1, "first")])
    apply_next(runways, [(2, "second")])
    assert runways.rows() == [(2, "second")]


def test_a_retried_load_keeps_its_place(runways: World):
    first = runways.arrive()
    runways.arrive()
    runways.ledger().claim("runways")
    runways.ledger().fail(first, "killed", retryable=True)
    assert runways.ledger().claim("runways")["load_id"] == first


def test_an_attempt_is_not_spent_when_the_workflow_would_not_start(runways: World):
    load_id = runways.arrive()
    runways.ledger().claim("runways")
    assert runways.ledger().unclaim(load_id)["state"] == "queued"
    assert runways.ledger().claim("runways")["attempt"] == 1


def test_alerts_are_written_for_what_did_not_succeed_only(runways: World):
    apply_next_id = runways.arrive()
    apply_next(runways, [(1, "x")])
    refused = runways.arrive()
    runways.ledger().refuse(refused, "the header is wrong - send it again")
    (alert,) = runways.ledger().pending_alerts()
    assert alert["load_id"] == refused != apply_next_id
    assert "the header is wrong" in alert["message"]
