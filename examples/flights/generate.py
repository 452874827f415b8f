"""Write what the vendor of the flights sends: airlines.json, airports.csv, flights.csv.

    python examples/flights/generate.py FOLDER [--rows 5819079] [--seed 2015]

The flights have the 31 columns of the US Department of Transportation's 2015 set: real columns,
made-up flights; equal seeds give equal bytes. 5,819,079 rows, the size of the year, are 620 MB.
A flight that was cancelled has no times, a diverted one no times of its whole way, and only one
that came 15 minutes late gives the causes, which add up to its delay. Lines end with CRLF.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

ROWS = 5_819_079
SEED = 2015
CHUNK = 250_000
CRLF = b"\r\n"
DAY = 1440  # minutes
GROUND = 45  # of them on the ground, as planned
AIRLINES = {
    "AA": "American Airlines Inc.", "AS": "Alaska Airlines Inc.", "B6": "JetBlue Airways",
    "DL": "Delta Air Lines Inc.", "EV": "Atlantic Southeast Airlines", "F9": "Frontier Airlines",
    "HA": "Hawaiian Airlines Inc.", "MQ": "American Eagle Airlines", "NK": "Spirit Air Lines",
    "OO": "Skywest Airlines Inc.", "UA": "United Air Lines Inc.", "US": "US Airways Inc.",
    "VX": "Virgin America", "WN": "Southwest Airlines Co.",
}  # fmt: skip
CITIES = ("Lakewood", "San Ángel", "Fairview", "St. George", "Cañon", "O'Hara", "Riverside")
STATES = ("AK", "CA", "CO", "FL", "GA", "HI", "IL", "NM", "NY", "PR", "TX", "WA")
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
REASONS = np.array(["A", "B", "C", "D"])
CAUSES = ("AIR_SYSTEM", "SECURITY", "AIRLINE", "LATE_AIRCRAFT", "WEATHER")
EXPLAINED = 15  # minutes late from which on the causes are given


def write_all(folder: Path, rows: int = ROWS, seed: int = SEED) -> dict[str, Path]:
    """Write all three files; answers them by dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "dot_airlines": folder / "airlines.json",
        "dot_airports": folder / "airports.csv",
        "dot_flights": folder / "flights.csv",
    }
    airlines = [{"IATA_CODE": code, "AIRLINE": name} for code, name in AIRLINES.items()]
    files["dot_airlines"].write_text(json.dumps(airlines, indent=2))
    write_airports(files["dot_airports"], seed)
    write_flights(files["dot_flights"], rows, seed)
    return files


def write_airports(path: Path, seed: int = SEED) -> None:
    """Write the airports that the flights of this seed use; three have no place on the map."""
    random = np.random.default_rng(seed)
    lines = ["IATA_CODE,AIRPORT,CITY,STATE,COUNTRY,LATITUDE,LONGITUDE"]
    for number, code in enumerate(_airports(random)):
        city, state = CITIES[number % len(CITIES)], STATES[number % len(STATES)]
        place = f"{random.uniform(18, 65):.5f},{-random.uniform(66, 160):.5f}"
        place = "," if number in (100, 200, 300) else place
        lines.append(f'{code},"{city} Airport, {code}",{city},{state},USA,{place}')
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_flights(
    path: Path, rows: int = ROWS, seed: int = SEED, *, line_end: bytes = CRLF
) -> None:
    """Write the flights, in the order of their days."""
    random = np.random.default_rng(seed)
    airports = _airports(random)
    numbers, pairs = random.integers(100, 1000, 4_900), random.choice(["AA", "UA", "WN"], 4_900)
    tails = np.array([f"N{number}{pair}" for number, pair in zip(numbers, pairs, strict=True)])
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            place = np.arange(start, min(start + CHUNK, rows)) / rows
            chunk = _chunk(random, place, airports, tails)
            if start == 0:
                file.write(",".join(chunk.column_names).encode() + line_end)
            lines = io.BytesIO()
            pa_csv.write_csv(chunk, lines, options)
            file.write(lines.getvalue().replace(b"\n", line_end))


def _airports(random: Any) -> Any:
    return np.unique(random.choice(LETTERS, (400, 3)).view("<U3").ravel())[:322]


def _chunk(random: Any, place: Any, airports: Any, tails: Any) -> pa.Table:
    size = len(place)
    cancelled = random.random(size) < 0.0154
    diverted = ~cancelled & (random.random(size) < 0.0026)
    leaves = random.integers(1, DAY, size)
    air = random.integers(25, 350, size)
    late = np.where(
        random.random(size) < 0.4, random.integers(0, 180, size), random.integers(-15, 1, size)
    )
    out, taxi_in = random.integers(5, 40, size), random.integers(2, 20, size)
    planned, flown = air + GROUND, ~cancelled & ~diverted
    delay = late + out + taxi_in - GROUND
    lands = leaves + late + out + air
    column = {
        **_day(place),
        "AIRLINE": random.choice(list(AIRLINES), size),
        "FLIGHT_NUMBER": random.integers(1, 9855, size),
        "TAIL_NUMBER": _given(random.choice(tails, size), random.random(size) < 0.9975),
        "ORIGIN_AIRPORT": random.choice(airports, size),
        "DESTINATION_AIRPORT": random.choice(airports, size),
        "SCHEDULED_DEPARTURE": _clock(leaves),
        "DEPARTURE_TIME": _given(_clock(leaves + late), ~cancelled),
        "DEPARTURE_DELAY": _given(late, ~cancelled),
        "TAXI_OUT": _given(out, ~cancelled),
        "WHEELS_OFF": _given(_clock(leaves + late + out), ~cancelled),
        "SCHEDULED_TIME": planned,
        "ELAPSED_TIME": _given(out + air + taxi_in, flown),
        "AIR_TIME": _given(air, flown),
        "DISTANCE": air * 8,
        "WHEELS_ON": _given(_clock(lands), ~cancelled),
        "TAXI_IN": _given(taxi_in, ~cancelled),
        "SCHEDULED_ARRIVAL": _clock(leaves + planned),
        "ARRIVAL_TIME": _given(_clock(lands + taxi_in), ~cancelled),
        "ARRIVAL_DELAY": _given(delay, flown),
        "DIVERTED": diverted.astype(int),
        "CANCELLED": cancelled.astype(int),
        "CANCELLATION_REASON": _given(random.choice(REASONS, size), cancelled),
        **_causes(random, delay, flown & (delay >= EXPLAINED)),
    }
    return pa.table({name: pa.array(values) for name, values in column.items()})


def _day(place: Any) -> dict[str, Any]:
    """The columns of the day, for places in the year from 0 to 1."""
    day = np.datetime64("2015-01-01") + (place * 365).astype(int)
    month = day.astype("datetime64[M]")
    return {
        "YEAR": np.full(len(place), 2015),
        "MONTH": month.astype(int) % 12 + 1,
        "DAY": (day - month).astype(int) + 1,
        "DAY_OF_WEEK": (day.astype(int) + 3) % 7 + 1,
    }


def _causes(random: Any, delay: Any, given: Any) -> dict[str, Any]:
    """Five shares of each delay, which add up to it."""
    cuts = np.sort(random.random((len(delay), len(CAUSES) - 1)), axis=1) * delay[:, None]
    ends = np.column_stack([np.zeros(len(delay)), np.floor(cuts), delay]).astype(int)
    shares = np.diff(ends, axis=1)
    return {f"{name}_DELAY": _given(shares[:, at], given) for at, name in enumerate(CAUSES)}


def _given(values: Any, mask: Any) -> pa.Array:
    return pa.array(values, mask=~np.asarray(mask))


def _clock(minutes: Any) -> Any:
    """HHMM as text; midnight is 2400, as the department writes it."""
    minutes = (minutes - 1) % DAY + 1
    return np.char.zfill((minutes // 60 * 100 + minutes % 60).astype("<U4"), 4)


def main() -> None:
    """Write the files and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    for path in write_all(chosen.folder, chosen.rows, chosen.seed).values():
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
