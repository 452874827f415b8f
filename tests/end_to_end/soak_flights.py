"""Part of `make soak`: the flights of a whole year through the local cloud, twice, while people
read.

    python -m tests.end_to_end.soak_flights [--rows 5819079]

Both views answer in both databases what the file says, and readers who count all the time see no
table but a whole one.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from examples.flights import generate
from tests.end_to_end.test_flights import BOTH, COUNT, LATE, read
from tests.environment import ROOT, Environment

DAY = 86_400  # seconds that a load may take
SUMMED = ("ARRIVAL_DELAY", "AIR_TIME", "DISTANCE")


def main() -> None:
    """Send the year twice; an AssertionError ends it."""
    parser = argparse.ArgumentParser(prog="soak_flights", description=__doc__)
    parser.add_argument("--rows", type=int, default=generate.ROWS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stagecoach-soak-") as folder:
        environment = Environment(Path(folder) / "home", (ROOT / "examples" / "flights",))
        environment.up()
        try:
            generate.write_flights(Path(folder) / "flights.csv", chosen.rows)
            play(environment, Path(folder) / "flights.csv", chosen.rows)
        finally:
            environment.run("down", "--erase")


def play(environment: Environment, file: Path, rows: int) -> None:
    """Send the flights, then once more under the eyes of readers."""
    wanted = reckoned(file)
    told(send(environment, "dot_flights", file))
    check(environment, rows, wanted)
    with read(environment, pause=2) as seen:
        told(send(environment, "dot_flights", file))
    assert seen == {target: [rows] for target in BOTH}, seen
    check(environment, rows, wanted)


def send(environment: Environment, name: str, file: Path) -> dict[str, Any]:
    """Send a file and wait until both databases have it; its load."""
    began = time.monotonic()
    said = environment.run("send", name, file, "--json", timeout=DAY)
    assert said.returncode == 0, said.stdout + said.stderr
    [load] = environment.loads(name, 1)
    load = environment.invoke("ledger", {"ask": "load", "load_id": load["load_id"]})["ok"]
    return {**load, "seconds": time.monotonic() - began}


def told(load: dict[str, Any]) -> None:
    """Print where the time of a load went."""
    steps = ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in load["steps"])
    rows = load["counts"]["good"]
    print(f"{load['dataset']}: {rows:,} rows in {load['seconds']:.1f} s ({steps})", flush=True)


def reckoned(file: Path) -> list[int]:
    """What the view of late flights must come to, by the file alone."""
    options = pa_csv.ConvertOptions(include_columns=["CANCELLED", *SUMMED])
    table = pa_csv.read_csv(file, convert_options=options)
    on_its_way = pc.equal(table["CANCELLED"], 0)
    late = table.filter(pc.and_(on_its_way, pc.greater(table["ARRIVAL_DELAY"], 0)))
    return [late.num_rows, *(pc.sum(late[name]).as_py() for name in SUMMED)]


def check(environment: Environment, rows: int, wanted: list[int]) -> None:
    """Both views of both databases give the right answers."""
    for target in BOTH:
        began = time.monotonic()
        assert environment.sql(COUNT, target) == [[rows]], target
        found = [int(each) for each in environment.sql(LATE, target)[0]]
        assert found == wanted, (target, found, wanted)
        print(f"{target}: {rows:,} flights, {wanted[0]:,} of them late, answered in "
              f"{time.monotonic() - began:.1f} s", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
