"""System 4: months of taxis by fetch, look-ups, a star schema in both databases, and history."""

from decimal import Decimal
from pathlib import Path

import pytest

from examples.taxi.generate import write_zones
from tests.environment import Environment, eventually
from tests.fetch.misbehaving import Misbehaving, serve, whole
from tests.systems.conftest import data

__all__ = ["data"]
pytestmark = pytest.mark.timeout(1200)

HOST = "https://d37ci6vzurychx.cloudfront.net"
CODES = Path(__file__).parents[2] / "examples" / "taxi" / "codes.csv"
BOTH = ("postgres", "redshift")
# The files that are served as these months are of others: a demo may have brought those.
RANGE = ("--since", "2022-11", "--until", "2022-12")
TRIPS = """
select count(*), sum(total_amount), sum(tip_amount) from (
    select total_amount, tip_amount from taxi.green_trips
    union all select total_amount, tip_amount from taxi.yellow_trips
) as trips
"""
FACT = """
select count(*), sum(total_amount), sum(tip_amount) from taxi.trip
inner join taxi.location as pickup on pickup.location_key = pickup_location_key
inner join taxi.location as dropoff on dropoff.location_key = dropoff_location_key
"""

UNKNOWN = "select count(*) from taxi.trip where payment_type_key = -1"
PAIRS = """
select count(*) from taxi.green_trips as charge
inner join taxi.green_trips as reversal
    on charge.pickup_at = reversal.pickup_at and charge.dropoff_at = reversal.dropoff_at
    and charge.pickup_location_id = reversal.pickup_location_id
    and charge.dropoff_location_id = reversal.dropoff_location_id
    and charge.trip_distance = reversal.trip_distance
    and charge.total_amount = -reversal.total_amount
where charge.total_amount > 0 and charge.pickup_at < timestamp '2023-02-02 00:00:00'
    and charge.vendor_id is not null and charge.total_amount <> 0
"""


@pytest.fixture(scope="module")
def published(environment: Environment, data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A server of ours with the zones, a whole month and the beginning of another."""
    zones = tmp_path_factory.mktemp("zones") / "zones.csv"
    write_zones(zones)
    with serve() as site, environment.moved(("taxi_zones", "green_trips"), HOST, site.address):
        site.at("/misc/taxi_zone_lookup.csv", whole(zones.read_bytes()))
        for month, file in (("2022-11", "green_2023_01"), ("2022-12", "green_sample")):
            content = (data / "taxi" / f"{file}.parquet").read_bytes()
            site.at(f"/trip-data/green_tripdata_{month}.parquet", whole(content))
        yield site


def in_both(environment: Environment, statement: str) -> list:
    """The answer, which is the same in both."""
    found = [environment.sql(statement, target) for target in BOTH]
    assert found[0] == found[1]
    return found[0]


def fact_is_built(environment: Environment) -> bool:
    """Whether the fact holds every trip there is, everywhere."""
    [wanted] = environment.sql(TRIPS)
    return all(environment.sql(FACT, target) == [wanted] for target in BOTH)


@pytest.fixture(scope="module")
def older(environment: Environment) -> tuple[int, Decimal, int]:
    """Trips, dollars, and trips without a payment, of an environment that was kept."""
    [[count, total, _]] = environment.sql(TRIPS)
    [[unknown]] = environment.sql(UNKNOWN)
    return count, total or Decimal(0), unknown


@pytest.fixture(scope="module")
def star(environment: Environment, data: Path, published: Misbehaving, older: tuple) -> Environment:
    """Trips that may wait for their zones, two months by one command, and what they come to."""
    sample = data / "taxi" / "yellow_sample.parquet"
    environment.json("send", "yellow_trips", sample, "--no-wait")
    assert environment.run("fetch", "green_trips", *RANGE, "--no-wait").returncode == 0
    environment.json("send", "taxi_codes", CODES, "--no-wait")
    environment.json("fetch", "taxi_zones")
    eventually(lambda: environment.sql(TRIPS)[0][0] == older[0] + 68_411)
    eventually(lambda: fact_is_built(environment))
    return environment


def test_fact_rows_are_trips_and_sums_are_equal_in_both(star: Environment, older: tuple):
    [[count, total, _]] = in_both(star, FACT)
    assert (count - older[0], total - older[1]) == (68_411, Decimal("1491437.01"))
    assert in_both(star, UNKNOWN) == [[older[2] + 4_324]]
    assert in_both(star, PAIRS)[0][0] >= 174


def test_the_same_months_again_are_nothing(star: Environment, data: Path):
    before = in_both(star, TRIPS)
    again = star.json("fetch", "green_trips", *RANGE)
    assert [each["outcome"] for each in again["fetched"]] == ["unchanged", "unchanged"]
    assert again["loads"] == []
    [load] = star.json("send", "yellow_trips", data / "taxi" / "yellow_sample.parquet", code=None)
    assert load["state"] == "duplicate"
    assert in_both(star, TRIPS) == before


def test_trips_that_never_came_as_a_file_get_to_redshift(star: Environment):
    try:
        star.sql(
            "insert into taxi.yellow_trips (pickup_at, dropoff_at, vendor_id, pickup_location_id, "
            "dropoff_location_id, trip_distance, fare_amount, extra, mta_tax, tip_amount, "
            "tolls_amount, total_amount, payment) select timestamp '2008-01-01 00:00:00', "
            "timestamp '2008-01-01 00:10:00', 77, 1, 2, 1.5, n, 0, 0.5, 0, 0, n + 0.5, 'Unknown' "
            "from generate_series(1, 1000) as n"
        )
        told = star.json("migrate-table", "yellow_trips", "--from", "postgres", "--to", "redshift")
        assert told["verified"]
        assert told["rows"] == told["redshift_rows"] >= 1_100
        assert in_both(star, "select count(*) from taxi.yellow_trips where vendor_id = 77") == [
            [1_000]
        ]
    finally:
        for target in BOTH:
            star.sql("delete from taxi.yellow_trips where vendor_id = 77", target)
