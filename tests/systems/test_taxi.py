"""Taxis: whole months to the cent, types that drift, codes, look-ups, and the star schema."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from examples.taxi.generate import write_all, write_month, write_zones
from tests.frames.conftest import spark
from tests.frames.marts.mill import changed
from tests.postgres import Server
from tests.sql.worlds import World
from tests.systems.taxi import PROJECT, Town

__all__ = ["spark"]
SUMS = ("fare_amount", "tip_amount", "total_amount", "congestion_surcharge")
ALL_SUMS = ", ".join(f"sum({name})" for name in SUMS)


@pytest.fixture(scope="module")
def deployed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with its zones, for the tests that Spark has no part in."""
    server.sql("create database taxi")
    made = Town(World(server, "taxi", tmp_path_factory.mktemp("world")), None,
                tmp_path_factory.mktemp("town"))  # fmt: skip
    made.declare_project()
    write_zones(made.folder / "zones.csv")
    assert made.bring("taxi_zones", made.folder / "zones.csv")["counts"]["inserted"] == 265
    yield made
    made.world.close()


@pytest.fixture
def town(deployed: Town) -> Town:
    """The same, without trips."""
    for colour in ("green", "yellow"):
        deployed.world.run(f"delete from taxi.{colour}_trips")
    return deployed


@pytest.fixture
def taxi(data: Path) -> Path:
    return data / "taxi"


def cents(file: Path) -> tuple[Decimal, ...]:
    """The sums of a file as pyarrow adds them up, to the cent."""
    table = pq.read_table(file)
    exact = (pc.round(pc.multiply(table[name], 100.0)).cast(pa.int64()) for name in SUMS)
    return tuple(Decimal(pc.sum(units).as_py() or 0) / 100 for units in exact)


def test_a_whole_month_arrives_to_the_cent_and_its_reversals_survive(town: Town, taxi: Path):
    assert town.bring("taxi_zones", taxi / "taxi_zone_lookup.csv")["state"] == "applied"
    month = taxi / "green_2023_01.parquet"
    load = town.bring("green_trips", month)
    assert (load["state"], load["counts"]["inserted"]) == ("applied", 68_211)
    assert town.one(f"select {ALL_SUMS} from taxi.green_trips") == cents(month)
    pairs = """
        select count(*) from taxi.green_trips as charge
        inner join taxi.green_trips as reversal using (
            pickup_at, dropoff_at, pickup_location_id, dropoff_location_id, trip_distance
        ) where charge.total_amount > 0 and reversal.total_amount = -charge.total_amount
    """
    assert town.one(pairs) == (174,)
    kinds = "select payment_type, payment from taxi.green_trips group by 1, 2 order by 1"
    assert town.world.run(kinds) == [
        (1, "Credit card"), (2, "Cash"), (3, "No charge"), (4, "Dispute"), (5, "Not recorded"),
        (None, "Unknown"),
    ]  # fmt: skip
    outside = "select distinct pickup_zone, pickup_borough from taxi.green_trips where {} = 265"
    assert town.one(outside.format("pickup_location_id")) == ("Outside of NYC", None)
    newer = town.bring("green_trips", taxi / "green_sample.parquet")
    assert (newer["state"], newer["counts"]["rejected"]) == ("applied", 0), newer["reason"]
    assert town.one("select count(*), count(ehail_fee) from taxi.green_trips") == (68_311, 0)


def test_the_yellow_sample_arrives_to_the_cent(town: Town, taxi: Path):
    sample = taxi / "yellow_sample.parquet"
    assert town.bring("yellow_trips", sample)["counts"]["inserted"] == 100
    assert town.one(f"select {ALL_SUMS} from taxi.yellow_trips") == cents(sample)


def test_null_is_null_and_never_nan(town: Town, tmp_path: Path):
    table = write_month(tmp_path / "a.parquet", "green", "2023-01", 10)
    place = table.schema.get_field_index("ehail_fee")
    nothing = pa.array([float("nan")] * len(table))
    pq.write_table(table.set_column(place, "ehail_fee", nothing), tmp_path / "nan.parquet")
    assert town.bring("green_trips", tmp_path / "nan.parquet")["counts"]["rejected"] == 0
    assert town.one("select count(*), count(ehail_fee) from taxi.green_trips") == (11, 0)


def changed_file(path: Path, **columns: list) -> Path:
    """A month of two trips and a reversal with some columns of our own."""
    table = write_month(path, "green", "2023-01", 2)
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(values))
    pq.write_table(table, path)
    return path


def test_a_code_that_is_no_whole_number_rejects_its_row(town: Town, tmp_path: Path):
    bad = changed_file(tmp_path / "bad.parquet", payment_type=[1.0, 1.5, None])
    load = town.bring("green_trips", bad)
    assert load["state"] == "rejected"
    assert "1 of 3 rows are rejected" in load["reason"]
    [fault] = town.manifest(load)["rejects"]
    assert (fault["rule"], fault["found"]) == ("payment_type is a smallint", "1.5")


def test_an_unknown_code_and_an_unknown_zone_are_members_of_their_own(town: Town, tmp_path: Path):
    odd = changed_file(
        tmp_path / "odd.parquet", payment_type=[9, None, 1], PULocationID=[900, 1, 2]
    )
    assert town.bring("green_trips", odd)["state"] == "applied"
    said = "select payment, payment_type from taxi.green_trips order by payment_type nulls last"
    assert town.world.run(said) == [("Credit card", 1), ("Unknown", 9), ("Unknown", None)]
    zone = "select pickup_zone, pickup_borough from taxi.green_trips where pickup_location_id = 900"
    assert town.one(zone) == ("Unknown", "Unknown")


def test_without_otherwise_an_unknown_code_rejects_its_row_by_name(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    declared = town.datasets["green_trips"]
    columns = (
        replace(each, codes=replace(each.codes, otherwise=None)) if each.name == "payment" else each
        for each in declared.columns
    )
    strict = replace(declared, columns=tuple(columns))
    monkeypatch.setitem(town.datasets, "green_trips", strict)
    seven = changed_file(tmp_path / "seven.parquet", payment_type=[7, 1, 1])
    [fault] = town.manifest(town.bring("green_trips", seven))["rejects"]
    assert (fault["rule"], fault["found"], fault["wanted"]) == (
        "payment_type is a code of payment", "7", "one of 0, 1, 2, 3, 4, 5, 6"
    )  # fmt: skip


def test_the_same_month_again_is_nothing_and_a_corrected_one_a_persons_matter(
    town: Town, tmp_path: Path
):
    month = tmp_path / "green_tripdata_2023-01.parquet"
    write_month(month, "green", "2023-01", 200)
    assert town.bring("green_trips", month, "aa")["counts"]["inserted"] == 201
    assert town.bring("green_trips", month, "aa")["state"] == "duplicate"
    corrected = town.bring("green_trips", month, "bb")
    assert corrected["state"] == "rejected"
    assert "its rows have no key" in corrected["reason"]
    assert town.one("select count(*) from taxi.green_trips") == (201,)


def test_trips_wait_for_their_zones_and_a_retry_looks_up_the_same(world: World, tmp_path: Path):
    made = Town(world, None, tmp_path)
    made.declare_project()
    month = changed_file(tmp_path / "a.parquet", PULocationID=[1, 1, 1])
    waiting = made.receive("green_trips", month)
    assert made.world.own.claim("green_trips") is None
    zones = tmp_path / "zones.csv"
    write_zones(zones)
    made.bring("taxi_zones", zones)
    made.world.own.claim("green_trips")
    made.world.own.fail(waiting, "killed", retryable=True)
    first = made.one("select zone from taxi.zones where location_id = 1")[0]
    zones.write_text(zones.read_text().replace(f",{first},", ",Elsewhere,"))
    made.bring("taxi_zones", zones)
    assert made.run_next("green_trips", month) == waiting
    assert made.one("select distinct pickup_zone from taxi.green_trips") == (first,)


@pytest.fixture
def star(world: World, spark: object, tmp_path: Path) -> Town:
    """Two months of green, one of yellow, and the whole star."""
    made = Town(world, spark, tmp_path)
    made.declare_project()
    made.bring("taxi_codes", PROJECT / "codes.csv")
    for name, files in write_all(tmp_path / "files", 300).items():
        for file in files:
            assert made.bring(name, file)["state"] == "applied"
    made.build_dimensions()
    built = made.build("taxi_trip")
    assert built["state"] == "applied", built["reason"]
    return made


FACT = f"select count(*), {ALL_SUMS} from taxi.trip"
TRIPS = f"""
    select count(*), {ALL_SUMS} from (
        select {", ".join(SUMS)} from taxi.green_trips
        union all select {", ".join(SUMS)} from taxi.yellow_trips
    ) as trips
"""


def test_the_fact_has_every_trip_once_and_both_its_places(
    star: Town, tmp_path: Path, request: pytest.FixtureRequest
):
    assert star.one(FACT) == star.one(TRIPS)
    assert star.one(FACT)[0] == 903
    joined = """
        select count(*), count(distinct pickup.location_key), sum(total_amount) from taxi.trip
        inner join taxi.location as pickup on pickup.location_key = pickup_location_key
        inner join taxi.location as dropoff on dropoff.location_key = dropoff_location_key
    """
    assert star.one(joined)[0] == 903
    nobody = "select count(*) from taxi.{} where {}_key = -1"
    null = "select count(*) from taxi.{}_trips where payment_type is null"
    nulls = sum(star.one(null.format(colour))[0] for colour in ("green", "yellow"))
    assert star.one(nobody.format("trip", "payment_type")) == (nulls,) != (0,)
    for dimension in ("vendor", "ratecode", "payment_type", "taxi_type", "location"):
        assert star.one(nobody.format(dimension, dimension)) == (1,)
    another_month(star, tmp_path)
    a_member_twice(star)


def another_month(star: Town, folder: Path) -> None:
    """Only its partition is computed."""
    month = folder / "green_tripdata_2023-03.parquet"
    write_month(month, "green", "2023-03", 100)
    star.bring("green_trips", month)
    assert changed(star.build("taxi_trip"))[:3] == (101, 0, 0)
    assert star.one(FACT) == star.one(TRIPS)


def a_member_twice(star: Town) -> None:
    """A dimension that is not unique on its key fails, and what was there stays."""
    sql = (PROJECT / "datasets" / "taxi_vendor.sql").read_text()
    star.declare(taxi_vendor_sql=f"{sql} union all {sql}")
    refused = star.build("taxi_vendor", is_asked=True)
    assert refused["state"] == "rejected"
    assert "vendor_key" in refused["reason"]
    assert star.one("select count(*) from taxi.vendor") == (5,)
