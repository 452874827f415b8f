"""The floor: psql's copy of the same file into an unlogged table of the declared types."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from benchmarks.database import Bench
from benchmarks.usage import Usage

TABLE = "floor_of_the_benchmark"


def seconds(bench: Bench, file: Path) -> tuple[float, float]:
    """Seconds that `\\copy` takes, and seconds of CPU in psql and the server."""
    columns = ", ".join(f'"{column.name}" {column.type}' for column in bench.dataset.columns)
    bench.run(f"drop table if exists {TABLE}")
    bench.run(f"create unlogged table {TABLE} ({columns})")
    began = time.monotonic()
    clients = _of_children()
    with Usage(bench.server.process.pid) as server:
        bench.psql(f"\\copy {TABLE} from '{file}' with (format csv, header true)")
    taken = time.monotonic() - began
    bench.run(f"drop table {TABLE}")
    return taken, server.cpu + _of_children() - clients


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
