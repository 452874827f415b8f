"""The end of the demo: what was loaded, where the time went, what to try next."""

from __future__ import annotations

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from workbench.output import OUT, Load, loads_table, seconds_of, short

JVM = "spark"  # the step in which a job waits for its Spark to start


def report(loads: list[Load], seconds: float) -> None:
    """Print all of it; `seconds` is how long the demo took."""
    for title, body in (
        ("Loads", loads_table(loads)),
        ("Where the time went, in seconds", times(loads)),
    ):
        OUT.print()
        OUT.print(Rule(Text(title, style="bold"), align="left", style="dim"))
        OUT.print(body, soft_wrap=False, width=max(OUT.width, 130))
    refused = next((load for load in reversed(loads) if load["state"] == "rejected"), loads[-1])
    OUT.print(f"\nThe demo took {seconds:.0f} s. The local cloud stays up; try next:")
    OUT.print(
        "  eval \"$(.venv/bin/stagecoach env)\" && psql -c 'select * from nyc.airlines'",
        markup=False,
    )
    OUT.print(f"  .venv/bin/stagecoach load {short(refused['load_id'])}")
    OUT.print("  edit datasets/nyc_airlines.yaml, then .venv/bin/stagecoach check")
    OUT.print("Stop it with `make down`.")


def times(loads: list[Load]) -> Table:
    """One row per step, one column per applied load; the JVM's start stands apart."""
    applied = [load for load in loads if load["state"] == "applied"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("step")
    for load in applied:
        table.add_column(f"{load['dataset']}\n{short(load['load_id'])}", justify="right")
    for name in _step_names(applied):
        table.add_row(*_row(name, [_seconds(load, name) for load in applied]))
    rest = [seconds_of(load) - sum(_seconds(load, name) for name in _step_names([load]))
            for load in applied]  # fmt: skip
    table.add_row(*_row("events, functions, waiting", rest))
    table.add_row(
        *_row("from receipt to applied", [seconds_of(load) for load in applied]), style="bold"
    )
    return table


def _row(name: str, seconds: list[float]) -> list[str]:
    title = "JVM and Spark start" if name == JVM else name
    return [title, *(f"{value:.1f}" if value else "" for value in seconds)]


def _step_names(loads: list[Load]) -> list[str]:
    names = dict.fromkeys(step["step"] for load in loads for step in load.get("steps") or [])
    return sorted(names, key=lambda name: name != JVM)


def _seconds(load: Load, name: str) -> float:
    steps = load.get("steps") or []
    return sum(float(step["seconds"]) for step in steps if step["step"] == name)
