"""The measurements as a table and a chart, each against the floor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.direct import Load


@dataclass(frozen=True)
class Result:
    """Everything one run measured; `jdbc` is rows per second without and with rewritten batches.

    CPU seconds compare what a busy machine's clock cannot.
    """

    rows: int
    floor: float
    floor_cpu: float
    jdbc: dict[str, float]
    load: Load


def table(result: Result) -> str:
    """Lines of text, one per measurement."""
    lines = [f"{'':44}{'seconds':>9}{'x floor':>9}{'rows/s':>12}"]
    lines.append(_line("psql \\copy, unlogged (the floor)", result.floor, result))
    for setting, rate in result.jdbc.items():
        estimate = result.rows / rate
        lines.append(_line(f"Spark JDBC, {setting} (from a sample)", estimate, result))
    for step, seconds in result.load.steps:
        lines.append(_line(f"  {step}", seconds, result))
    lines.append(_line("our whole load, to applied", result.load.total, result))
    cpu = result.load.cpu + result.load.server_cpu
    lines.append(
        f"CPU seconds: floor {result.floor_cpu:.1f}, whole load {cpu:.1f} "
        f"(jobs {result.load.cpu:.1f}, server {result.load.server_cpu:.1f}), "
        f"{cpu / result.floor_cpu:.2f} x floor"
    )
    lines.append(f"peak memory of driver and workers {result.load.peak / 2**20:,.0f} MB")
    return "\n".join(lines)


def _line(name: str, seconds: float, result: Result) -> str:
    rate = result.rows / seconds if seconds > 0 else 0
    return f"{name:44}{seconds:9.1f}{seconds / result.floor:9.2f}{rate:12,.0f}"


def chart(result: Result, path: Path) -> None:
    """A bar per way, ours by step, as SVG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 3))
    axes.barh("psql \\copy", result.floor, color="#888888")
    left = 0.0
    for step, seconds in result.load.steps:
        axes.barh("whole load", seconds, left=left, label=step)
        left += seconds
    axes.axvline(4 * result.floor, color="#bb2222", linestyle="--", label="4 x floor")
    axes.set_xlabel(f"seconds for {result.rows:,} rows")
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path, bbox_inches="tight")
    pyplot.close(figure)
