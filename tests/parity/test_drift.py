"""Files with columns that nobody declared, and without some that are: the same in Redshift."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from local_cloud.redshift.session import Session
from stagecoach.dataset import Dataset
from tests.parity.warehouse import COUNTED, Warehouse, published
from tests.sql.drifting import send
from tests.sql.test_drift_machine import MODES, Drifting
from tests.sql.test_history import TIMED, day, history
from tests.sql.worlds import World, dataset, row_hash

RUNS = int(os.environ.get("STAGECOACH_RANDOM_RUNS", "1"))
OURS = ("valid_from", "valid_to", "is_current")


def publish(
    world: World, warehouse: Warehouse, columns: list[str], rows: list[tuple], counts: dict
) -> None:
    """Bring a file that was applied to Redshift, which must count the same."""
    numbered = [(*row, place) for place, row in enumerate(rows, 2)]
    hashed = [(*row, row_hash(row)) for row in numbered]
    publication = world.own.next_publication("runways")
    hash_sum = str(sum(row[-1] for row in hashed))
    manifest = {"columns": columns, "counts": {"good": len(rows)}, "hash_sum": hash_sum}
    found = warehouse.publish(publication, manifest, hashed)
    world.own.published(publication["load_id"], publication["attempt"], found)
    assert {name: found[name] for name in COUNTED if found[name]} == counts


class Published(Drifting):
    """Each file is published as soon as it is applied, and Redshift has the same rows."""

    warehouse: Warehouse

    @initialize()
    def begin(self) -> None:
        self.warehouse.run("drop table if exists aviation.runways")
        super().begin()

    def dataset(self) -> Dataset:
        return published(super().dataset())

    def deploy(self) -> None:
        super().deploy()
        self.warehouse.deploy(self.dataset())

    def apply(self, columns: list[str], rows: list[tuple], sent: datetime) -> dict:
        counts = super().apply(columns, rows, sent)
        publish(self.world, self.warehouse, columns, rows, counts)
        return counts

    def compare(self) -> None:
        super().compare()
        if not self.world.run("select 1 from etl.load limit 1"):
            return
        answer = self.warehouse.own.run("select * from aviation.runways")
        names = [column.name for column in answer.columns]
        told = (dict(zip(names, row, strict=True)) for row in answer.records)
        self.expect([{name: row[name] for name in row if name not in OURS} for row in told])


@pytest.mark.timeout(0)
@pytest.mark.parametrize("mode", MODES)
def test_s1_s2_a_file_says_nothing_of_the_columns_that_it_lacks(
    world: World, warehouse: Warehouse, mode: str
):
    world.deploy()
    Published.world, Published.warehouse, Published.mode = world, warehouse, mode
    many = settings(
        max_examples=RUNS,
        stateful_step_count=10,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize="STAGECOACH_RANDOM_RUNS" not in os.environ,
    )
    run_state_machine_as_test(Published, settings=many)


@pytest.mark.parametrize(
    "declared",
    [
        history("ignore", columns=TIMED, order_by="seen"),
        history("ignore", columns=TIMED),
        dataset(columns=TIMED, mode="replace", key=()),
        dataset(columns=TIMED, mode="append", key=()),
        dataset(columns=TIMED, mode="upsert", order_by="seen", key=("id",)),
    ],
    ids=lambda each: f"{each.load.mode} by {each.load.order_by} of {each.key or 'nothing'}",
)
def test_s1_every_mode_takes_what_is_new_and_keeps_what_is_not_said(
    world: World, warehouse: Warehouse, declared: Dataset
):
    told = published(replace(declared, drift="evolve"))
    world.deploy(told)
    warehouse.deploy(told)
    files: tuple = (
        (["id", "surface", "seen"], [(1, "a", day(3)), (2, "b", day(3))]),
        (["id", "seen", "gate"], [(1, day(4), "x "), (3, day(4), None)]),
        (["id", "surface", "seen", "time"], [(1, "a", day(5), "12:00"), (2, "b", day(2), "x")]),
        (["gate", "id", "seen"], [("x", 1, day(4)), ("é", 2, day(6))]),
    )
    for columns, rows in files:
        given = [
            tuple(datetime.fromisoformat(v) if "T00" in str(v) else v for v in r) for r in rows
        ]
        publish(world, warehouse, columns, given, send(world, columns, given))
        assert rows_of(warehouse.own) == sorted(
            (sorted(row.items()) for (row,) in world.run(IN_POSTGRES)), key=str
        )


IN_POSTGRES = (
    "select to_jsonb(live) - 'valid_from' - 'valid_to' - 'seen' from aviation.runways as live"
)


def rows_of(session: Session) -> list:
    """The live rows, without what is a time."""
    answer = session.run("select * from aviation.runways")
    names = [column.name for column in answer.columns]
    rows = [dict(zip(names, row, strict=True)) for row in answer.records]
    kept = [
        {k: v for k, v in row.items() if k not in ("valid_from", "valid_to", "seen")}
        for row in rows
    ]
    return sorted((sorted(row.items()) for row in kept), key=str)
