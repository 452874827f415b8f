"""The end of the demo: what was loaded, where the time went, what to try next."""

from __future__ import annotations

from rich.rule import Rule
from rich.text import Text

from workbench.output import OUT, print_table, short
from workbench.tables import loads_table
from workbench.targets import Load
from workbench.timing import steps_table

TABLE = "select origin, count(*) from nyc.flights group by origin"


def what_next(loads: list[Load]) -> list[str]:
    """What somebody may try after the demo of the flights."""
    stagecoach = ".venv/bin/stagecoach"
    return [
        f'eval "$({stagecoach} env)" && psql -c "{TABLE}"',
        f"{stagecoach} load {short(loads[-1]['load_id'])}",
        f"edit datasets/nyc_airlines.yaml, then {stagecoach} check",
    ]


def report(loads: list[Load], seconds: float, tries: list[str]) -> None:
    """Print all of it; `seconds` is how long the demo took, `tries` what to do next."""
    heading("Loads")
    print_table(loads_table(loads, OUT.width if OUT.is_terminal else None))
    heading("Where the time went, in seconds")
    print_table(steps_table([load for load in loads if load["state"] == "applied"]))
    heading(f"The demo took {seconds:.0f} s; every count above was checked. Try next")
    for line in tries:
        OUT.print(f"  {line}", markup=False)
    OUT.print("The local cloud stays up; `make down` stops it.")


def heading(text: str) -> None:
    """Begin a part of the report."""
    OUT.print()
    OUT.print(Rule(Text(text, style="bold"), align="left", style="dim"))
