"""A load goes to Redshift only behind what PostgreSQL had applied before it."""

from dataclasses import replace

import pytest

from tests.lambdas.warehouse import House, runways

OLD = [(1, "grass"), (2, "asphalt")]
NEW = [(1, "grass"), (2, "gravel"), (3, "water")]
PARTS = {"upsert": {}, "append": {}, "history": {"deletes": "close"}}


def with_a_past(house: House, mode: str, **how: object) -> House:
    """A dataset that had a load before it got its target in Redshift."""
    other = House(house.cloud, house.place, runways(mode, **how))
    other.cloud.world.deploy(replace(other.dataset, redshift=None))
    other.load(OLD)
    other.cloud.world.deploy(other.dataset)
    return other


@pytest.mark.parametrize("mode", PARTS)
def test_a_table_without_its_past_gets_nothing_until_it_has_all(house: House, mode: str):
    other = with_a_past(house, mode, **PARTS[mode])
    other.load(NEW)
    other.settle("failed")
    assert f"stagecoach migrate-table {other.dataset.name}" in other.going()["reason"]
    assert other.rows() == []


@pytest.mark.parametrize("mode", ["snapshot", "replace"])
def test_a_whole_file_needs_no_past(house: House, mode: str):
    other = with_a_past(house, mode)
    other.load(NEW)
    other.settle()
    assert other.rows() == NEW
    assert other.going()["agrees"] is True
    assert other.cloud.mails() == []


def test_what_follows_goes_on(house: House):
    house.load(OLD)
    house.load(NEW)
    house.settle()
    assert house.rows() == NEW
    assert house.going()["agrees"] is True


def test_a_warehouse_that_lost_its_rows_is_not_filled_by_halves(house: House):
    house.load(OLD)
    house.settle()
    lost = f"delete from etl.applied where dataset = '{house.dataset.name}';"
    house.redshift.run(
        [lost, f"delete from aviation.{house.dataset.name};"], name="lost", patience=60
    )
    house.load(NEW)
    house.settle("failed")
    assert house.rows() == []
