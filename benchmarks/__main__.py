"""Measure the floor, Spark's JDBC writer and a whole load, on one server in one run.

    python -m benchmarks [rows]

`rows` is 5,819,079 unless told otherwise; the file is made once and kept in build/bench/.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import direct, floor
from benchmarks.database import ROOT, Bench, bench
from benchmarks.direct import Load
from benchmarks.report import Result, chart, table
from examples.flights import generate
from stagecoach.declaration import load

OUT = ROOT / "build" / "bench"
DECLARATION = ROOT / "benchmarks" / "datasets" / "flights_2015.yaml"
SAMPLE_ROWS = 200_000

# Takes a file all the way to applied; the folder is for its results.
Runner = Callable[[Bench, Path, Path], Load]


def measure(rows: int, runner: Runner = direct.run) -> Result:
    """Everything, on one fresh server."""
    OUT.mkdir(parents=True, exist_ok=True)
    file = OUT / f"flights_2015_{rows}.csv"
    if not file.exists():
        print(f"writing {rows:,} rows to {file.relative_to(ROOT)} ...", flush=True)
        unfinished = file.with_suffix(".part")
        generate.write_flights(unfinished, rows)
        unfinished.rename(file)
    with bench(load(DECLARATION)) as base, tempfile.TemporaryDirectory() as folder:
        lowest, lowest_cpu = floor.seconds(base, file)
        whole = runner(base, file, Path(folder))
        if whole.rows != rows:
            raise RuntimeError(f"the live table has {whole.rows:,} rows, {rows:,} were sent")
        rates = direct.jdbc_rates(base, Path(folder), min(rows, SAMPLE_ROWS))
    return Result(rows, lowest, lowest_cpu, rates, whole)


def main() -> None:
    """Measure, print the table, draw the chart."""
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else generate.ROWS)
    print(table(result))
    chart(result, OUT / "load.svg")
    print(f"chart: {(OUT / 'load.svg').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
