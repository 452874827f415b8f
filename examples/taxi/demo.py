"""Two months of taxis, one of each colour's habits, and the star schema that they come to."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import generate
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from workbench.demo.example import Demo

HERE = Path(__file__).parent
BOTH = ("postgres", "redshift")
DIMENSIONS = ("taxi_location", "taxi_vendor", "taxi_ratecode", "taxi_payment_type", "taxi_type")
SUMS = "select count(*) as trips, sum(total_amount) as total from taxi.trip"
BOROUGHS = """
select pickup_borough, dropoff_borough, count(*) as trips, sum(total_amount) as total
from taxi.trips_in_words
group by pickup_borough, dropoff_borough
order by trips desc, pickup_borough, dropoff_borough
limit 3
"""
PAID = """
select payment_type, count(*) as trips, sum(tip_amount) as tips
from taxi.trips_in_words
group by payment_type
order by trips desc, payment_type
"""


def play(demo: Demo) -> None:
    """Zones and codes; a month of each colour; a month whose columns have other types."""
    files = generate.write_all(demo.folder / "published")
    (january, february), [yellow] = files["green_trips"], files["yellow_trips"]

    demo.part("265 zones, four lists of codes, and a month of green and of yellow taxis")
    first = [("taxi_zones", files["taxi_zones"][0]), ("taxi_codes", HERE / "codes.csv"),
             ("green_trips", january), ("yellow_trips", yellow)]  # fmt: skip
    is_new = demo.is_new("green_trips")
    zones, codes, green, other = demo.send(*first)
    for load in (zones, codes):
        demo.applied(load)
    if all([brought(demo, green, january), brought(demo, other, yellow)]) and is_new:
        demo.part("Five dimensions and the fact, with both places of every trip")
        for name in DIMENSIONS:
            demo.applied(demo.built(name))
        demo.applied(demo.built("taxi_trip"))
        demo.show(SUMS, [reckoned(january, yellow)], targets=BOTH)

    demo.part("Another month, whose columns have other types: only its part of the fact is new")
    [green] = demo.send(("green_trips", february))
    if brought(demo, green, february):
        demo.applied(demo.built("taxi_trip"), inserted=rows_of(february), updated=0, deleted=0)
    demo.show(SUMS, [reckoned(january, yellow, february)], targets=BOTH)
    demo.show(BOROUGHS, targets=BOTH)
    demo.show(PAID, targets=BOTH)


def brought(demo: Demo, load: dict[str, Any], file: Path) -> bool:
    """Whether a month was new; the same bytes under the same name are not taken twice."""
    if load["state"] == "duplicate":
        return False
    demo.applied(load, inserted=rows_of(file))
    return True


def rows_of(file: Path) -> int:
    """How many trips a month has."""
    return int(pq.read_metadata(file).num_rows)


def reckoned(*files: Path) -> list[object]:
    """Trips and dollars, added up by pyarrow from the files."""
    tables = [pq.read_table(file, columns=["total_amount"]) for file in files]
    cents = sum(pc.sum(pc.round(pc.multiply(each["total_amount"], 100))).as_py() for each in tables)
    return [sum(map(len, tables)), Decimal(int(cents)).scaleb(-2)]
