"""The flights of a year, made anew twice within seconds, then sent broken three times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import generate
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

if TYPE_CHECKING:
    from workbench.demo.example import Demo

MORNING, NOON, EVENING = 50_000, 50_200, 50_300  # rows; never 1 % fewer than before
BOTH = ("postgres", "redshift")
ANSWER = """
select
    (select count(*) from dot.flights_details) as flights,
    sum(flights) as late,
    sum(sum_arrival_delay) as minutes
from dot.delayed_flights_agg
"""
LATEST = """
select
    details.airline_name as airline,
    count(*) as flights,
    sum(case when details.arrival_delay > 0 then 1 else 0 end) as late,
    sum(case when details.cancelled then 1 else 0 end) as cancelled,
    sum(case when details.departure_date < details.flight_date then 1 else 0 end) as left_the_day_before
from dot.flights_details as details
group by details.airline_name
order by late desc, airline
limit 3
"""  # noqa: E501
BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another header": (lambda data: data.replace(b"AIRLINE,", b"CARRIER,", 1), "lacks 'AIRLINE'"),
    "half of it": (lambda data: b"".join(data.splitlines(keepends=True)[:25_000]),
                   "are not in the file"),
    "cut in a line": (lambda data: data[:-60], "1 of 50,300 rows are rejected"),
}  # fmt: skip


def play(demo: Demo) -> None:
    """Airlines, airports and flights; newer flights; broken ones."""
    demo.part("Airlines as JSON, airports and flights as CSV: three tables in two databases")
    is_new = demo.is_new("dot_flights")
    files = generate.write_all(demo.folder / "morning", rows=MORNING)
    *_, flights = demo.send(*files.items())
    for load in demo.loads:
        demo.applied(load)
    demo.applied(flights, inserted=MORNING, **({"deleted": 0} if is_new else {}))
    demo.show(ANSWER, [reckoned(files["dot_flights"])], targets=BOTH)

    demo.part("Two newer versions within seconds: the later one counts")
    noon, evening = write(demo, "noon", NOON), write(demo, "evening", EVENING)
    *_, latest = demo.send(("dot_flights", noon), ("dot_flights", evening))
    demo.applied(latest, inserted=EVENING)
    demo.show(ANSWER, [reckoned(evening)], targets=BOTH)

    demo.part("Three broken versions: each says why, and the table stays")
    for name, (change, why) in BROKEN.items():
        demo.say(f"{name}:")
        file = demo.folder / "flights.csv"
        file.write_bytes(change(evening.read_bytes()))
        [load] = demo.send(("dot_flights", file))
        demo.refused(load, why)
    demo.show(ANSWER, [reckoned(evening)], targets=BOTH)

    demo.part("What readers see, the same in both")
    demo.show(LATEST, targets=BOTH)


def write(demo: Demo, when: str, rows: int) -> Path:
    """The flights as of some time of the day, under the name that they always have."""
    (demo.folder / when).mkdir()
    file = demo.folder / when / "flights.csv"
    generate.write_flights(file, rows, seed=generate.SEED)
    return file


def reckoned(file: Path) -> list[int]:
    """Flights, late ones and their minutes, by the file alone."""
    table = pa_csv.read_csv(file)
    late = table.filter(pc.greater(table["ARRIVAL_DELAY"], 0))
    return [table.num_rows, late.num_rows, pc.sum(late["ARRIVAL_DELAY"]).as_py()]
