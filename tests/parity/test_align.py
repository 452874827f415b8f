"""The live table in Redshift follows its declaration, or a person is told what to run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stagecoach.dataset import Column, Dataset
from tests.parity.pairs import Pair
from tests.parity.warehouse import Warehouse, published
from tests.sql.test_flagged import FLAGGED
from tests.sql.worlds import World, dataset

ID = Column("id", "bigint", "id")
SURFACE = Column("surface", "varchar(8)", "surface", nullable=True)


def of(*columns: Column, key: tuple[str, ...] = ("id",)) -> Dataset:
    return published(dataset(columns=columns, key=key))


def test_a_table_that_is_as_declared_needs_nothing(warehouse: Warehouse):
    warehouse.deploy(of(ID, SURFACE))
    warehouse.deploy(of(ID, SURFACE))


def test_a_column_is_added_and_a_varchar_is_widened(world: World, warehouse: Warehouse):
    pair = Pair.of(world, warehouse, of(ID, SURFACE))
    pair.load([(1, "a"), (2, "b")])
    wider = replace(SURFACE, type="varchar(20)", description="What it is made of")
    length = Column("length", "numeric(8,2)", "length", nullable=True)
    pair = Pair.of(world, warehouse, of(ID, length, wider))
    assert pair.hashes()[0] == pair.hashes()[1]
    assert pair.load([(1, None, "a"), (2, 1, "b" * 20)]) == {"unchanged": 1, "updated": 1}


@pytest.mark.parametrize(
    ("columns", "key", "said"),
    [
        ((ID,), ("id",), "has an undeclared column surface - run: alter table aviation.runways "
         'drop column "surface" cascade;'),
        ((ID, replace(SURFACE, type="varchar(4)")), ("id",), "has the column surface as varchar(32)"
         ", the declaration says varchar(16) - run: drop table aviation.runways; deploy"),
        ((ID, replace(SURFACE, type="integer")), ("id",), "has the column surface as varchar(32), "
         "the declaration says integer"),
        ((ID, SURFACE), ("surface",), "refuses null in the column id, which is not of the key"),
        ((ID, SURFACE), ("id", "surface"), "has null in the key column surface"),
    ],
)  # fmt: skip
def test_what_would_lose_something_is_left_to_a_person(
    warehouse: Warehouse, columns: tuple, key: tuple, said: str
):
    warehouse.deploy(of(ID, SURFACE))
    with pytest.raises(ValueError, match="aviation") as refused:
        warehouse.deploy(of(*columns, key=key))
    assert said in str(refused.value)


def test_the_memory_of_deleted_keys_follows_too(warehouse: Warehouse):
    def told(columns: tuple, order_by: str) -> Dataset:
        flags = {"deleted_when": "is_gone", "order_by": order_by}
        return published(dataset(mode="upsert", columns=columns, **flags))

    named = tuple(
        replace(each, type="varchar(4)") if each.name == "seen" else each for each in FLAGGED
    )
    wider = tuple(
        replace(each, type="varchar(9)") if each.name == "seen" else each for each in FLAGGED
    )
    warehouse.deploy(told(named, "seen"))
    warehouse.deploy(told(wider, "seen"))
    with pytest.raises(ValueError, match="gone__runways has an undeclared column seen"):
        warehouse.deploy(told(wider, "surface"))
