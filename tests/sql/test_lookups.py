"""Which rows of another dataset a load looks up: fixed when it is claimed, also for its retries."""

from dataclasses import replace

import pytest

from stagecoach.dataset import Lookup
from tests.sql.worlds import World, dataset

ZONES = dataset("zones", "upsert")
KIND = replace(ZONES.columns[1], name="kind", source=None, lookup=Lookup("zones", "id", "surface"))
TRIPS = replace(dataset("trips", "append"), columns=(*ZONES.columns, KIND))


@pytest.fixture
def towns(world: World) -> World:
    """A world of zones and of trips that look them up."""
    world.deploy(ZONES, TRIPS)
    return world


def test_a_load_waits_for_what_was_never_loaded_and_says_so(towns: World):
    load_id = towns.arrive("trips")
    assert towns.own.claim("trips") is None
    assert towns.own.load_report(load_id)["waits_for"] == (
        "waits for zones, which it looks up and which was never loaded - send it; "
        "this load then starts by itself"
    )
    towns.load([(1, "grass")], "zones")
    assert towns.own.load_report(load_id)["waits_for"] is None
    claimed = towns.own.claim("trips")
    assert claimed is not None
    assert claimed["load_id"] == load_id


def test_a_dataset_that_failed_was_never_loaded(towns: World):
    zones = towns.arrive("zones")
    towns.own.claim("zones")
    towns.own.refuse(zones, "bad")
    towns.arrive("trips")
    assert towns.own.claim("trips") is None


def applied(towns: World, row: tuple) -> str:
    towns.load([row], "zones")
    return towns.own.loads("zones", 1)[0]["load_id"]


def test_a_retry_looks_up_the_rows_of_its_first_attempt(towns: World):
    first = applied(towns, (1, "grass"))
    load_id = towns.arrive("trips")
    assert towns.own.claim("trips")["lookups"] == {"zones": [first]}
    second = applied(towns, (2, "sand"))
    towns.own.fail(load_id, "killed", retryable=True)
    again = towns.own.claim("trips")
    assert (again["attempt"], again["lookups"]) == (2, {"zones": [first]})
    assert towns.own.load_report(load_id)["lookups"] == {"zones": [first]}
    towns.own.refuse(load_id, "no")
    towns.arrive("trips")
    assert towns.own.claim("trips")["lookups"] == {"zones": [first, second]}


def test_a_start_that_came_to_nothing_fixes_nothing(towns: World):
    first = applied(towns, (1, "grass"))
    load_id = towns.arrive("trips")
    towns.own.claim("trips")
    second = applied(towns, (2, "sand"))
    towns.own.unclaim(load_id)
    assert towns.own.claim("trips")["lookups"] == {"zones": [first, second]}


def test_a_dataset_without_look_ups_is_given_none(towns: World):
    towns.arrive("zones")
    assert towns.own.claim("zones")["lookups"] == {}
