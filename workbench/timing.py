"""Where the time of a load went."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from workbench.output import seconds_between, seconds_of, short
from workbench.tables import table_of
from workbench.targets import Load, publication_of

JOBS = ("transform", "stage")  # the steps that hold all the others
STARTS = "start"  # the last word of a job's note of how long JVM and Spark took to be there


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
    table = table_of()
    table.add_column("step")
    for load in loads:
        title = "seconds" if len(loads) == 1 else f"{load['dataset']}\n{short(load['load_id'])}"
        table.add_column(title, justify="right", no_wrap=True)
    steps = [steps_of(load) for load in loads]
    for name in dict.fromkeys(name for one in steps for name in one):
        table.add_row(name, *(f"{one[name]:.1f}" if name in one else "" for one in steps))
    table.add_row("together", *(f"{sum(one.values()):.1f}" for one in steps), style="bold")
    if any(publishing := [publishing_seconds(load) for load in loads]):
        cells = (f"{one:.1f}" if one else "" for one in publishing)
        table.add_row("until Redshift has it too", *cells)
    return table


def publishing_seconds(load: Load) -> float | None:
    """From PostgreSQL's commit to Redshift's, in seconds; None while it has not ended."""
    ended = (publication_of(load) or {}).get("ended_at")
    return seconds_between(load.get("ended_at"), ended) if ended else None
