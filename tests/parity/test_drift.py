"""Files with columns that nobody declared, and without some that are: the same in Redshift."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from stagecoach.dataset import Dataset
from tests.parity.warehouse import COUNTED, Warehouse, published
from tests.sql.test_drift_machine import MODES, Drifting
from tests.sql.worlds import World, row_hash

RUNS = int(os.environ.get("STAGECOACH_RANDOM_RUNS", "1"))
OURS = ("valid_from", "valid_to", "is_current")


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
        numbered = [(*row, place) for place, row in enumerate(rows, 2)]
        hashed = [(*row, row_hash(row)) for row in numbered]
        publication = self.world.own.next_publication("runways")
        manifest = {
            "columns": columns,
            "counts": {"good": len(rows)},
            "hash_sum": str(sum(row[-1] for row in hashed)),
        }
        found = self.warehouse.publish(publication, manifest, hashed)
        self.world.own.published(publication["load_id"], publication["attempt"], found)
        assert {name: found[name] for name in COUNTED if found[name]} == counts
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
