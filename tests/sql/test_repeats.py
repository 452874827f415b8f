"""Facts without a key: the same file again is a duplicate, a corrected one is what was declared."""

from dataclasses import replace

import pytest

from tests.sql.worlds import World, dataset

FACTS = dataset("facts", "append", key=())
STRICT = replace(FACTS, load=replace(FACTS.load, versions="refuse"))


def send(world: World, version: str, etag: str, **more: object) -> dict:
    """A version of one object; answers its load, after what is waiting was looked at."""
    told = {"size": 1, "event_time": f"2026-01-01T00:00:0{version}Z", "sequencer": version, **more}
    noted = world.own.receive("landing", "facts/a.csv", version, "facts", etag=etag, **told)
    world.own.queue(noted["load_id"], {"pinned_key": "x"})
    return world.own.load_report(noted["load_id"])


def apply(world: World, load: dict) -> None:
    claimed = world.own.claim("facts")
    assert claimed is not None
    assert claimed["load_id"] == load["load_id"]
    world.own.apply_load(load["load_id"], world.stage(load["load_id"], 1, [(1, "grass")]))


@pytest.fixture
def facts(world: World) -> World:
    world.deploy(STRICT)
    return world


def test_the_same_bytes_again_are_a_duplicate_that_adds_nothing(facts: World):
    first = send(facts, "1", "aa")
    apply(facts, first)
    again = send(facts, "2", "aa")
    assert (again["state"], again["reason"]) == (
        "duplicate",
        f"load {first['load_id'][:8]} appended the same bytes of facts/a.csv - nothing to do",
    )
    assert facts.own.claim("facts") is None
    assert facts.own.pending_alerts() == []
    assert len(facts.rows("facts")) == 1


def test_a_version_that_waited_is_looked_at_when_its_turn_comes(facts: World):
    first, again = send(facts, "1", "aa"), send(facts, "2", "aa")
    assert again["state"] == "queued"
    apply(facts, first)
    assert facts.own.claim("facts") is None
    assert facts.own.load_report(again["load_id"])["state"] == "duplicate"


def test_a_corrected_file_is_refused_and_somebody_told(facts: World):
    apply(facts, send(facts, "1", "aa"))
    corrected = send(facts, "2", "bb", size=2)
    assert corrected["state"] == "rejected"
    assert "was appended before" in corrected["reason"]
    [alert] = facts.own.pending_alerts()
    assert "facts" in alert["subject"]


def test_new_facts_under_an_old_name_are_appended_where_nothing_else_is_declared(world: World):
    world.deploy(FACTS)
    apply(world, send(world, "1", "aa"))
    apply(world, send(world, "2", "bb"))
    assert len(world.rows("facts")) == 2


def test_a_file_that_was_refused_may_come_again(facts: World):
    first = send(facts, "1", "aa")
    facts.own.claim("facts")
    facts.own.refuse(first["load_id"], "bad")
    apply(facts, send(facts, "2", "aa"))
