"""The same deliveries make the same table in PostgreSQL and in Redshift, after every one of them.

`STAGECOACH_RANDOM_RUNS` says how many runs of each declaration; `make soak` makes many, and
`make parity` prints one long run of each.
"""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.parity.machine import Published
from tests.parity.warehouse import Warehouse, published
from tests.sql.test_machine import MEANINGS, declared
from tests.sql.worlds import World

RUNS = int(os.environ.get("STAGECOACH_RANDOM_RUNS", "1"))


@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", MEANINGS)
def test_l11_every_mode_does_the_same_in_both_databases(
    world: World, warehouse: Warehouse, name: str
):
    dataset = published(declared(name, MEANINGS[name]))
    world.deploy(dataset)
    warehouse.blanks = False
    warehouse.deploy(dataset)
    Published.name, Published.ledger, Published.warehouse = name, world.ledger(), warehouse
    many = settings(
        max_examples=RUNS,
        stateful_step_count=16,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize="STAGECOACH_RANDOM_RUNS" not in os.environ,
    )
    run_state_machine_as_test(Published, settings=many)
