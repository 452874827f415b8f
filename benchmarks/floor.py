"""The floor: psql's copy of the same file into an unlogged table of the declared types."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.database import Bench

TABLE = "floor_of_the_benchmark"


def seconds(bench: Bench, file: Path) -> float:
    """Seconds that `\\copy` takes."""
    columns = ", ".join(f'"{column.name}" {column.type}' for column in bench.dataset.columns)
    bench.run(f"drop table if exists {TABLE}")
    bench.run(f"create unlogged table {TABLE} ({columns})")
    began = time.monotonic()
    bench.psql(f"\\copy {TABLE} from '{file}' with (format csv, header true)")
    taken = time.monotonic() - began
    bench.run(f"drop table {TABLE}")
    return taken
