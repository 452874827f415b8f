"""Write what the taxi commission publishes: zones, and months of green and yellow trips.

    python examples/taxi/generate.py FOLDER [--trips 2000] [--seed 2023]

Real columns and real habits, made-up trips; equal seeds give equal bytes. A charge that was taken
back is a second trip with its amounts negative. What the columns are of changes from month to
month: codes are doubles in one and integers in the next, moments have micro- or nanoseconds, a fee
that nobody paid is a column of nothing. Zones have names that repeat; the last two are none.
"""

from __future__ import annotations

import argparse
import csv
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

TRIPS = 2_000
SEED = 2023
ZONES, UNKNOWN, OUTSIDE = 265, 264, 265
BOROUGHS = ("Bronx", "Brooklyn", "EWR", "Manhattan", "Queens", "Staten Island")
PLACES = ("Bay", "Heights", "Hill", "Island", "Park", "Point", "Village")
DAY = 86_400
MONTHS = {"green": ("2023-01", "2023-02"), "yellow": ("2023-01",)}
CENTS = (
    *("fare_amount", "extra", "mta_tax", "tip_amount", "tolls_amount"),
    *("improvement_surcharge", "congestion_surcharge", "total_amount"),
)


def write_all(folder: Path, trips: int = TRIPS, seed: int = SEED) -> dict[str, list[Path]]:
    """Write everything; answers the files by dataset, the months in order."""
    folder.mkdir(parents=True, exist_ok=True)
    zones = folder / "taxi_zone_lookup.csv"
    write_zones(zones, seed)
    files = {"taxi_zones": [zones]}
    for colour, months in MONTHS.items():
        for month in months:
            path = folder / f"{colour}_tripdata_{month}.parquet"
            write_month(path, colour, month, trips, seed)
            files.setdefault(f"{colour}_trips", []).append(path)
    return files


def write_zones(path: Path, seed: int = SEED) -> None:
    """Write the 265 zones under the header that the commission writes."""
    dice = np.random.default_rng(seed)
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("LocationID", "Borough", "Zone", "service_zone"))
        for place in range(1, UNKNOWN):
            borough, name = dice.choice(BOROUGHS), dice.choice(PLACES)
            rows.writerow((place, borough, f"{borough} {name}", "Boro Zone"))
        rows.writerow((UNKNOWN, "Unknown", "N/A", "N/A"))
        rows.writerow((OUTSIDE, "N/A", "Outside of NYC", "N/A"))


def write_month(
    path: Path, colour: str, month: str, trips: int = TRIPS, seed: int = SEED
) -> pa.Table:
    """Write the trips of a month; every second month has the types of a newer writer."""
    year, number = map(int, month.split("-"))
    dice = np.random.default_rng([seed, year, number, len(colour)])
    table = _trips(dice, colour, datetime(year, number, 1), trips)
    table = _with_reversals(table, dice)
    table = _as_doubles(table) if number % 2 else _as_newer(table)
    pq.write_table(table, path)
    return table


def _trips(dice: np.random.Generator, colour: str, first: datetime, trips: int) -> pa.Table:
    seconds = np.datetime64(first, "us") + np.sort(dice.integers(0, 28 * DAY, trips)).astype(
        "m8[s]"
    )
    took = dice.integers(60, 3_600, trips).astype("m8[s]")
    told = dice.random(trips) > 0.06  # of the others the meter told neither rate nor payment
    cents = _cents(dice, trips)
    before = "l" if colour == "green" else "t"
    columns = {
        "VendorID": pa.array(dice.choice([1, 2], trips)),
        f"{before}pep_pickup_datetime": pa.array(seconds),
        f"{before}pep_dropoff_datetime": pa.array(seconds + took),
        "store_and_fwd_flag": pa.array(np.where(dice.random(trips) < 0.01, "Y", "N"), mask=~told),
        "RatecodeID": pa.array(dice.choice([1, 1, 1, 2, 5, 99], trips), mask=~told),
        "PULocationID": pa.array(dice.integers(1, ZONES + 1, trips)),
        "DOLocationID": pa.array(dice.integers(1, ZONES + 1, trips)),
        "passenger_count": pa.array(dice.integers(0, 7, trips), mask=~told),
        "trip_distance": pa.array(dice.integers(0, 2_000, trips) / 100),
        **{name: pa.array(values / 100) for name, values in cents.items()},
        "payment_type": pa.array(dice.choice([1, 1, 2, 3, 4], trips), mask=~told),
    }
    if colour == "green":
        columns["ehail_fee"] = pa.nulls(trips)
        columns["trip_type"] = pa.array(dice.choice([1, 1, 2], trips), mask=~told)
    else:
        columns["Airport_fee"] = pa.array(dice.choice([0, 1.75], trips))
    return pa.table(columns)


def _cents(dice: np.random.Generator, trips: int) -> dict[str, np.ndarray]:
    fares = dice.integers(300, 8_000, trips) // 10 * 10
    parts = {
        "fare_amount": fares,
        "extra": dice.choice([0, 50, 100, 250], trips),
        "mta_tax": np.full(trips, 50),
        "tip_amount": np.where(dice.random(trips) < 0.4, 0, fares // 5),
        "tolls_amount": dice.choice([0, 0, 0, 655], trips),
        "improvement_surcharge": np.full(trips, 100),
        "congestion_surcharge": dice.choice([0, 275], trips),
    }
    return {**parts, "total_amount": sum(parts.values())}


def _with_reversals(table: pa.Table, dice: np.random.Generator) -> pa.Table:
    """One charge in two hundred is taken back: the same trip, right behind it, negative."""
    back = np.sort(dice.choice(len(table), max(1, len(table) // 200), replace=False))
    reversed_ = table.take(pa.array(back))
    for name in CENTS:
        place = reversed_.schema.get_field_index(name)
        reversed_ = reversed_.set_column(place, name, pc.negate(reversed_[name]))
    order = np.argsort(np.concatenate([np.arange(len(table)), back]), kind="stable")
    return pa.concat_tables([table, reversed_]).take(pa.array(order))


def _as_doubles(table: pa.Table) -> pa.Table:
    """As pandas writes integers that may lack: as doubles."""
    codes = [name for name in ("RatecodeID", "passenger_count", "payment_type", "trip_type")
             if name in table.column_names]  # fmt: skip
    return _cast(table, dict.fromkeys(codes, pa.float64()))


def _as_newer(table: pa.Table) -> pa.Table:
    wanted: dict[str, pa.DataType] = {}
    for field in table.schema:
        if field.name in ("VendorID", "PULocationID", "DOLocationID"):
            wanted[field.name] = pa.int32()
        elif pa.types.is_timestamp(field.type):
            wanted[field.name] = pa.timestamp("ns")
        elif pa.types.is_string(field.type):
            wanted[field.name] = pa.large_string()
        elif pa.types.is_null(field.type):
            wanted[field.name] = pa.float64()
    return _cast(table, wanted)


def _cast(table: pa.Table, wanted: dict[str, pa.DataType]) -> pa.Table:
    for name, kind in wanted.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(kind))
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--trips", type=int, default=TRIPS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    for files in write_all(given.folder, given.trips, given.seed).values():
        print(*files, sep="\n")
