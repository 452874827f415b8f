"""Mended rows become a part of the load that refused them, in Redshift as in PostgreSQL (C17)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stagecoach.dataset import Dataset
from tests.parity.pairs import Pair
from tests.parity.test_drift import publish
from tests.parity.warehouse import Warehouse
from tests.sql.drifting import send
from tests.sql.test_history import history
from tests.sql.test_mending import FILE, begin, newest
from tests.sql.worlds import World, dataset, row_hash

WHOLE = [dataset(), dataset(mode="replace"), dataset(mode="replace", key=()), history("close")]
ROWS = [dataset(mode="upsert"), dataset(mode="append"), dataset(mode="append", key=())]


def mode(declared: Dataset) -> str:
    return f"{declared.load.mode} by {declared.key or 'nothing'}"


def mend(pair: Pair, rows: list[tuple], whole: bool) -> dict[str, int]:
    own, name = pair.world.own, pair.dataset.name
    load_id = begin(
        pair.world, newest(pair.world), rows, [7 + at for at in range(len(rows))], whole
    )["load_id"]
    manifest = pair.world.stage(load_id, own.claim(name)["attempt"], rows)
    manifest["columns"] = [column.name for column in pair.dataset.columns]
    own.apply_load(load_id, manifest)
    numbered = [(*row, place) for place, row in enumerate(rows, 2)]
    publication = own.next_publication(name)
    assert publication is not None
    assert publication["fills_whole"] is whole
    return pair.publish(publication, manifest, [(*row, row_hash(row)) for row in numbered])


@pytest.mark.parametrize("declared", WHOLE + ROWS, ids=mode)
def test_c17_mended_rows_come_beside_what_was_applied(
    world: World, warehouse: Warehouse, declared: Dataset
):
    pair = Pair.of(world, warehouse, declared)
    pair.load(FILE)
    assert mend(pair, [(3, "c")], declared in WHOLE) == {"inserted": 1}
    rows = warehouse.run("select id, surface from aviation.runways order by id")
    assert rows == [*FILE, (3, "c")]


def test_a_snapshot_that_lacked_a_row_takes_its_mended_form_back(
    world: World, warehouse: Warehouse
):
    pair = Pair.of(world, warehouse, dataset())
    pair.load([*FILE, (3, "old")])
    pair.load(FILE)
    assert mend(pair, [(3, "new"), (2, "B")], True) == {"inserted": 1, "updated": 1}


def test_a_history_is_as_if_the_row_had_been_good_at_once(world: World, warehouse: Warehouse):
    pair = Pair.of(world, warehouse, history("close"))
    pair.load([*FILE, (3, "old"), (4, "same")], event_time="2026-01-01T00:00:00Z")
    pair.load(FILE, event_time="2026-02-01T00:00:00Z")
    assert mend(pair, [(3, "new"), (4, "same")], True) == {"updated": 1, "unchanged": 1}
    versions = warehouse.run(
        "select id, surface, valid_to is null, is_current from aviation.runways "
        "where id > 2 order by id, valid_from"
    )
    assert versions == [
        (3, "old", False, False), (3, "new", True, True), (4, "same", True, True)
    ]  # fmt: skip


def test_late_files_of_whole_histories_are_stale_in_both(world: World, warehouse: Warehouse):
    pair = Pair.of(world, warehouse, history("close"))
    pair.load(FILE, event_time="2026-02-01T00:00:00Z")
    assert pair.load([(1, "old")], event_time="2026-01-01T00:00:00Z") == {"stale": 1}


@pytest.mark.parametrize("declared", WHOLE, ids=mode)
def test_undeclared_columns_stay_beside_mended_rows(
    world: World, warehouse: Warehouse, declared: Dataset
):
    pair = Pair.of(world, warehouse, replace(declared, drift="evolve"))
    columns, rows = ["id", "surface", "gate"], [(1, "a", "x "), (2, "b", None)]
    publish(world, warehouse, columns, rows, send(world, columns, rows))
    assert mend(pair, [(3, "c")], True) == {"inserted": 1}
    found = warehouse.run("select id, surface, gate from aviation.runways order by id")
    assert found == [*rows, (3, "c", None)]
    assert world.run("select id, surface, gate from aviation.runways order by id") == found
