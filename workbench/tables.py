"""Tables of loads, for a terminal that may be narrow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from workbench.output import number, seconds_of, short
from workbench.targets import MERGED, Load, colour_of, publication_of, state_of

COUNTS = ("read", "good", "rejected", *MERGED)
COLUMNS = ("load", "dataset", "state", *COUNTS, "seconds")
HEADINGS = {"deduplicated": "dedup."}
GAP = 2  # blanks between two columns
# What a narrow terminal does without, the dearest last; `load ID` shows it.
SPARE = ("deduplicated", "stale", "good", "seconds", "unchanged", "read", "deleted", "updated")


def table_of(*columns: str) -> Table:
    """An empty table in our style, its first columns on the left."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table


def loads_table(loads: Iterable[Load], width: int | None = None) -> Table:
    """Many loads, one row each; within `width` characters, at the cost of columns."""
    rows = [_row(load) for load in loads]
    shown = fitting(rows, width)
    table = table_of(*shown[:3])
    for name in shown[3:]:
        table.add_column(HEADINGS.get(name, name), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in shown))
    left_out = [
        name for name in ("load", "dataset", "state", *COUNTS, "seconds") if name not in shown
    ]
    if left_out:
        table.caption = f"no room for {', '.join(left_out)}: `stagecoach load ID` shows all"
        table.caption_justify = "left"
    return table


def fitting(rows: Sequence[dict[str, Text]], width: int | None) -> list[str]:
    """The names of the columns that fit into `width` characters; all of them when it is None."""
    names = list(COLUMNS)
    needs = {
        name: max([cell_len(HEADINGS.get(name, name)), *(row[name].cell_len for row in rows)])
        for name in names
    }
    for spare in SPARE:
        if width is None or sum(needs[name] + GAP for name in names) - GAP <= width:
            break
        names.remove(spare)
    return names


def targets_table(load: Load) -> Table:
    """What the merges of PostgreSQL and Redshift counted, side by side."""
    ours, theirs = load.get("counts") or {}, (publication_of(load) or {}).get("counts") or {}
    table = table_of("rows")
    for target in ("postgres", "redshift"):
        table.add_column(target, justify="right", no_wrap=True)
    for name in MERGED:
        differs = bool(theirs) and theirs.get(name) != ours.get(name)
        cells = (number(ours.get(name)), number(theirs.get(name)))
        table.add_row(name, *cells, style="red" if differs else "")
    return table


def _row(load: Load) -> dict[str, Text]:
    counts = load.get("counts") or {}
    cells = {name: Text(number(counts.get(name))) for name in COUNTS}
    took = f"{seconds_of(load):.0f}" if load.get("ended_at") else ""
    return {
        "load": Text(short(load["load_id"])),
        "dataset": Text(load["dataset"]),
        "state": Text(state_of(load), style=colour_of(load)),
        **cells,
        "seconds": Text(took),
    }
