"""What people see: one line per load, tables, JSON."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from workbench.targets import (
    FINAL,
    MERGED,
    Load,
    colour_of,
    differing,
    publication_of,
    state_of,
)

OUT = Console(highlight=False, soft_wrap=True)
WIDE = 150  # what a table may need where there is no terminal: a file must not cut it
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
GOOD = tuple(name for name in MERGED if name != "deleted")
LINE = ("inserted", "updated", "deleted", "unchanged")


def print_json(data: Any) -> None:
    """Print data as a program reads it."""
    sys.stdout.write(json.dumps(data, indent=2, default=str, ensure_ascii=False) + "\n")


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal is; without one, as wide as it needs to be."""
    width = OUT.width if OUT.is_terminal else max(OUT.width, WIDE)
    Console(width=width, highlight=False).print(table)


def short(load_id: str) -> str:
    """The first characters of a load id; every command accepts them."""
    return load_id[:8]


def number(value: Any) -> str:
    """A count as people read it; nothing known is nothing shown."""
    return "" if value is None else f"{int(value):,}"


def seconds_of(load: Load) -> float:
    """From receipt to the load's end in PostgreSQL, in seconds; 0 while unknown."""
    return seconds_between(load.get("received_at"), load.get("ended_at"))


def seconds_between(begin: str | None, end: str | None) -> float:
    """Between two moments as the ledger writes them; 0 where one is not known."""
    if not begin or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def line(load: Load) -> str:
    """One load in one line: its counts when it is applied, its reason when it is not."""
    head = f"{load['dataset']}  load {short(load['load_id'])}"
    if load["state"] not in FINAL:
        waits = load.get("waits_for")
        return f"{head}  {load['state']}{f': {waits}' if waits else ''}"
    if load["state"] != "applied":
        return f"{head}  {load['state']}: {load.get('reason') or 'no reason was noted'}"
    counts = load.get("counts") or {}
    parts = [f"read {number(counts.get('read', 0))} lines"]
    parts += [f"{name} {number(counts.get(name, 0))}" for name in ("rejected", *LINE)]
    parts += [f"{name} {number(counts[name])}" for name in ("stale", "deduplicated", "warned")
              if counts.get(name)]  # fmt: skip
    return "  ".join([head, *parts, f"{seconds_of(load):.0f} s", *_in_redshift(load)])


def _in_redshift(load: Load) -> list[str]:
    publication = publication_of(load)
    if publication is None:
        return []
    if publication["state"] == "failed":
        return [f"redshift failed: {publication.get('reason') or 'no reason was noted'}"]
    if publication["state"] != "applied":
        return [state_of(load).removeprefix("applied, ")]
    said, names = "redshift agrees", differing(load)
    if publication["agrees"] is False:
        theirs = (f"{name} {number(publication['counts'][name])}" for name in names)
        said = f"redshift differs: {', '.join(theirs)}"
    return [said, f"{seconds_between(load.get('received_at'), publication['ended_at']):.0f} s"]


def print_line(load: Load) -> None:
    """Print one load in one line, coloured by how it ended."""
    OUT.print(Text(line(load), style=colour_of(load)))


def equation(load: Load) -> list[str]:
    """The equation of a load with its numbers; empty while there are none."""
    counts = load.get("counts") or {}
    if "good" not in counts or counts["good"] is None:
        return []
    lines = [_sum(counts, "read", ("header", "good", "rejected"))]
    if load["state"] == "applied":
        lines.append(_sum(counts, "good", GOOD))
    theirs = (publication_of(load) or {}).get("counts")
    if theirs:
        lines.append(_sum({**theirs, "good": counts["good"]}, "good", GOOD) + ", in Redshift")
    return lines


def _sum(counts: dict[str, Any], whole: str, parts: tuple[str, ...]) -> str:
    values = {name: int(counts.get(name) or 0) for name in (whole, *parts)}
    holds = values[whole] == sum(values[name] for name in parts)
    right = " + ".join(f"{values[name]:,} {name}" for name in parts)
    return f"{values[whole]:,} {whole} {'=' if holds else '≠'} {right}"
