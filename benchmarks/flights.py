"""A seeded CSV in the shape of the 2015 flights of the US Department of Transportation.

5,819,079 rows of 31 columns, about 610 MB: real columns, made-up flights; equal seeds give equal
bytes. A flight that was cancelled has no times, and only a late one has reasons for its delay.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

ROWS = 5_819_079
SEED = 2015
CHUNK = 250_000
AIRLINES = np.array(
    ["AA", "AS", "B6", "DL", "EV", "F9", "HA", "MQ", "NK", "OO", "UA", "US", "VX", "WN"]
)
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
REASONS = np.array(["A", "B", "C", "D"])
DELAYS = ("AIR_SYSTEM", "SECURITY", "AIRLINE", "LATE_AIRCRAFT", "WEATHER")


def write(path: Path, rows: int = ROWS, seed: int = SEED) -> None:
    """Write the file."""
    random = np.random.default_rng(seed)
    airports = np.unique(random.choice(LETTERS, (400, 3)).view("<U3").ravel())[:322]
    tails = np.array(
        [
            f"N{number:03d}{pair}"
            for number, pair in zip(
                random.integers(100, 1000, 4_900),
                random.choice(["AA", "UA", "WN", "DL"], 4_900),
                strict=True,
            )
        ]
    )
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            size = min(CHUNK, rows - start)
            chunk = _chunk(random, np.arange(start, start + size) / rows, airports, tails)
            if start == 0:
                file.write((",".join(chunk.column_names) + "\n").encode())
            pa_csv.write_csv(chunk, file, options)


def _chunk(random: Any, place: Any, airports: Any, tails: Any) -> pa.Table:
    size = len(place)
    day = np.datetime64("2015-01-01") + (place * 365).astype(int)
    month_start = day.astype("datetime64[M]")
    cancelled = random.random(size) < 0.0154
    diverted = ~cancelled & (random.random(size) < 0.0026)
    flown = ~cancelled & ~diverted
    leaves = random.integers(5 * 60, 23 * 60, size)
    air = random.integers(25, 350, size)
    late = np.where(
        random.random(size) < 0.4, random.integers(0, 180, size), random.integers(-15, 1, size)
    )
    out, taxi_in = random.integers(5, 40, size), random.integers(2, 20, size)
    planned = air + 25
    arrival_delay = late + out + taxi_in - 25
    lands = leaves + late + out + air
    explained = flown & (arrival_delay >= 15)
    column = {
        "YEAR": np.full(size, 2015),
        "MONTH": month_start.astype(int) % 12 + 1,
        "DAY": (day - month_start).astype(int) + 1,
        "DAY_OF_WEEK": (day.astype(int) + 3) % 7 + 1,
        "AIRLINE": random.choice(AIRLINES, size),
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
        "ARRIVAL_DELAY": _given(arrival_delay, flown),
        "DIVERTED": diverted.astype(int),
        "CANCELLED": cancelled.astype(int),
        "CANCELLATION_REASON": _given(random.choice(REASONS, size), cancelled),
    }
    for name in DELAYS:
        column[f"{name}_DELAY"] = _given(random.integers(0, 60, size), explained)
    return pa.table({name: pa.array(values) for name, values in column.items()})


def _given(values: Any, mask: Any) -> pa.Array:
    return pa.array(values, mask=~np.asarray(mask))


def _clock(minutes: Any) -> Any:
    """HHMM as text."""
    minutes = minutes % 1440
    return np.char.zfill((minutes // 60 * 100 + minutes % 60).astype("<U4"), 4)
