"""What people see: one line per load, tables, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

OUT = Console(highlight=False, soft_wrap=True)
WIDE = 130  # what a table of loads needs; a narrower terminal wraps it, a file must not cut it
ERR = Console(stderr=True, highlight=False, soft_wrap=True)

Load = dict[str, Any]
FINAL = ("applied", "rejected", "failed", "superseded", "duplicate")
DONE = ("applied", "duplicate")
COLOURS = {"applied": "green", "rejected": "red", "failed": "red", "running": "cyan"}
JOBS = ("transform", "stage")  # the steps that hold all the others
STARTS = "start"  # the last word of a job's note of how long JVM and Spark took to be there
ORDER = ("read", "good", "rejected", "inserted", "updated", "deleted", "unchanged", "stale",
         "deduplicated")  # fmt: skip
LINE = ("inserted", "updated", "deleted", "unchanged")


def print_json(data: Any) -> None:
    """Print data as a program reads it."""
    sys.stdout.write(json.dumps(data, indent=2, default=str, ensure_ascii=False) + "\n")


def print_table(table: Table) -> None:
    """Print a table as wide as it needs to be."""
    Console(width=max(OUT.width, WIDE), highlight=False).print(table)


def short(load_id: str) -> str:
    """The first characters of a load id; every command accepts them."""
    return load_id[:8]


def number(value: Any) -> str:
    """A count as people read it; nothing known is nothing shown."""
    return "" if value is None else f"{int(value):,}"


def seconds_of(load: Load) -> float:
    """How long the load took from receipt to its end, in seconds; 0 while unknown."""
    from datetime import datetime

    begin, end = load.get("received_at"), load.get("ended_at")
    if not begin or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def line(load: Load) -> str:
    """One load in one line: its counts when it is applied, its reason when it is not."""
    head = f"{load['dataset']}  load {short(load['load_id'])}"
    if load["state"] not in FINAL:
        return f"{head}  {load['state']}"
    if load["state"] != "applied":
        return f"{head}  {load['state']}: {load.get('reason') or 'no reason was noted'}"
    counts = load.get("counts") or {}
    parts = [f"read {number(counts.get('read', 0))} lines"]
    parts += [f"{name} {number(counts.get(name, 0))}" for name in ("rejected", *LINE)]
    parts += [f"{name} {number(counts[name])}" for name in ("stale", "deduplicated", "warned")
              if counts.get(name)]  # fmt: skip
    return "  ".join([head, *parts, f"{seconds_of(load):.0f} s"])


def print_line(load: Load) -> None:
    """Print one load in one line, coloured by how it ended."""
    OUT.print(Text(line(load), style=COLOURS.get(load["state"], "")))


def loads_table(loads: Iterable[Load]) -> Table:
    """Many loads, one row each."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("load", "dataset", "state"):
        table.add_column(name, no_wrap=True)
    for name in ORDER:
        table.add_column(
            "dedup." if name == "deduplicated" else name, justify="right", no_wrap=True
        )
    table.add_column("seconds", justify="right", no_wrap=True)
    for load in loads:
        counts = load.get("counts") or {}
        state = Text(load["state"], style=COLOURS.get(load["state"], ""))
        took = f"{seconds_of(load):.0f}" if load.get("ended_at") else ""
        cells = [number(counts.get(name)) for name in ORDER]
        table.add_row(short(load["load_id"]), load["dataset"], state, *cells, took)
    return table


def steps_of(load: Load) -> dict[str, float]:
    """Where the time of a load went, in seconds by step; together they are `seconds_of`.

    What the jobs noted themselves, all their starts in one; what that leaves of the jobs: imports
    and the end of their processes; and what the jobs leave of the load: events, functions and
    waiting, also for a free slot.
    """
    steps = load.get("steps") or []
    jobs = sum(_before_the_end(load, step) for step in steps if step["step"] in JOBS)
    inside: dict[str, float] = {}
    for step in steps:
        name = "start of JVM and Spark" if step["step"].endswith(STARTS) else step["step"]
        if name not in JOBS:
            inside[name] = inside.get(name, 0.0) + float(step["seconds"])
    noted = sum(inside.values())
    held = max(jobs, noted)  # a job that just ended may not be noted yet
    rest = max(seconds_of(load) - held, 0.0) if load.get("ended_at") else 0.0
    return {"events, functions, waiting": rest, "rest of the jobs": held - noted, **inside}


def _before_the_end(load: Load, job: dict[str, Any]) -> float:
    """Seconds of a job while its load was not at its end: a JVM outlives the rows it brought."""
    seconds, started = float(job["seconds"]), (job.get("detail") or {}).get("started")
    if not started or not load.get("ended_at"):
        return seconds
    return min(seconds, seconds_of({"received_at": started, "ended_at": load["ended_at"]}))


def steps_table(loads: list[Load]) -> Table:
    """Where the time of some loads went: one row per step, one column per load."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("step", no_wrap=True)
    for load in loads:
        title = "seconds" if len(loads) == 1 else f"{load['dataset']}\n{short(load['load_id'])}"
        table.add_column(title, justify="right", no_wrap=True)
    steps = [steps_of(load) for load in loads]
    for name in dict.fromkeys(name for one in steps for name in one):
        table.add_row(name, *(f"{one[name]:.1f}" if name in one else "" for one in steps))
    table.add_row("together", *(f"{sum(one.values()):.1f}" for one in steps), style="bold")
    return table


def equation(load: Load) -> list[str]:
    """The equation of a load with its numbers; empty while there are none."""
    counts = load.get("counts") or {}
    if "good" not in counts or counts["good"] is None:
        return []
    lines = [_sum(counts, "read", ("header", "good", "rejected"))]
    if load["state"] == "applied":
        parts = ("inserted", "updated", "unchanged", "stale", "deduplicated")
        lines.append(_sum(counts, "good", parts))
    return lines


def _sum(counts: dict[str, Any], whole: str, parts: tuple[str, ...]) -> str:
    values = {name: int(counts.get(name) or 0) for name in (whole, *parts)}
    holds = values[whole] == sum(values[name] for name in parts)
    right = " + ".join(f"{values[name]:,} {name}" for name in parts)
    return f"{values[whole]:,} {whole} {'=' if holds else '≠'} {right}"
