"""What the delete guard refused goes through once, when a person has looked, and no further."""

import pytest

from stagecoach.dataset import Limit
from stagecoach.errors import LoadRejected, Permanent
from tests.sql.test_history import history
from tests.sql.worlds import World, dataset

GUARD = Limit(share=0.1)


@pytest.fixture(params=["snapshot", "replace", "history"])
def guarded(request, world: World) -> World:
    made = dataset(mode=request.param, max_deletes=GUARD)
    world.deploy(history("close", max_deletes=GUARD) if request.param == "history" else made)
    world.load([(1, "a"), (2, "b"), (3, "c")])
    return world


def refused(world: World, rows: list[tuple]) -> str:
    """A load that the guard refused, as `settle` leaves it."""
    with pytest.raises(LoadRejected) as error:
        world.load(rows)
    (load, *_) = world.ledger().loads()
    world.ledger().refuse(load["load_id"], str(error.value))
    return load["load_id"]


def go_on(world: World, begun: dict, rows: list[tuple]) -> dict:
    world.ledger().queue(begun["load_id"], {"pinned_key": "x"})
    claimed = world.ledger().claim("runways")
    world.ledger().apply_load(
        begun["load_id"], world.stage(begun["load_id"], claimed["attempt"], rows)
    )
    return world.counts(begun["load_id"])


def test_the_alert_says_how_many_would_go_and_names_the_command(guarded: World):
    load_id = refused(guarded, [(1, "a")])
    (alert,) = guarded.ledger().pending_alerts()
    assert "2 of 3 live rows of aviation.runways (66.7 %)" in alert["message"]
    assert f"stagecoach approve {load_id[:8]}" in alert["message"]


def test_an_approved_load_deletes_what_the_refused_one_would_have(guarded: World):
    begun = guarded.ledger().approve(refused(guarded, [(1, "a")])[:8])
    assert go_on(guarded, begun, [(1, "a")])["deleted"] in (2, 3)
    assert guarded.run("select count(*) from aviation.runways where surface = 'a'") == [(1,)]


def test_an_approval_is_for_so_many_rows_and_no_more(guarded: World):
    begun = guarded.ledger().approve(refused(guarded, [(1, "a")]))
    with pytest.raises(LoadRejected, match=r"3 of 3 live rows .* the approval allows 2 rows"):
        go_on(guarded, begun, [])


def test_a_replay_carries_no_approval(guarded: World):
    begun = guarded.ledger().approve(refused(guarded, [(1, "a")]))
    guarded.ledger().refuse(begun["load_id"], "somebody stopped it")
    again = guarded.ledger().replay(begun["load_id"])
    with pytest.raises(LoadRejected, match="max_deletes"):
        go_on(guarded, again, [(1, "a")])


def test_only_what_the_guard_refused_can_be_approved(guarded: World):
    (applied,) = guarded.ledger().loads()
    with pytest.raises(Permanent, match="is applied and was not refused by the delete guard"):
        guarded.ledger().approve(applied["load_id"])
    other = guarded.arrive()
    guarded.ledger().refuse(other, "the header is wrong")
    with pytest.raises(Permanent, match=f"run: stagecoach replay {other[:8]}"):
        guarded.ledger().approve(other)


def test_a_load_is_approved_once(guarded: World):
    load_id = refused(guarded, [(1, "a")])
    begun = guarded.ledger().approve(load_id)
    with pytest.raises(Permanent, match="is still open"):
        guarded.ledger().approve(load_id)
    guarded.ledger().refuse(begun["load_id"], "somebody stopped it")
    with pytest.raises(Permanent, match="was loaded again since"):
        guarded.ledger().approve(load_id)
