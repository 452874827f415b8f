"""The demo's other files: a version of the flights with known differences, and a broken one.

A new row is a copy of a real one with 10,000 added to its flight number, a changed row is
scheduled to arrive at 2400: no real flight has either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHANGED, REMOVED, ADDED = 1_000, 500, 500  # as many new as removed: the table keeps its size
NEW_FLIGHT = 10_000
BROKEN_ROWS = 1_000


@dataclass(frozen=True)
class Variant:
    """A version of the flights and how it differs from the original, in rows."""

    path: Path
    rows: int
    changed: int = CHANGED
    removed: int = REMOVED
    added: int = ADDED

    @property
    def counts(self) -> dict[str, int]:
        """What loading it over the original must count; the way back is the same but mirrored."""
        unchanged = self.rows - self.changed - self.removed
        return {
            "inserted": self.added,
            "updated": self.changed,
            "deleted": self.removed,
            "unchanged": unchanged,
        }

    @property
    def counts_back(self) -> dict[str, int]:
        """What loading the original over the variant must count."""
        there = self.counts
        return {**there, "inserted": there["deleted"], "deleted": there["inserted"]}


def variant(original: Path, folder: Path) -> Variant:
    """Write the variant of `original`, under the same file name, into `folder`."""
    header, *rows = original.read_text().splitlines()
    changed, removed = rows[:CHANGED], rows[CHANGED : CHANGED + REMOVED]
    kept = rows[CHANGED + REMOVED :]
    columns = header.split(",")
    later = [_with(row, columns.index("sched_arr_time"), lambda _: "2400") for row in changed]
    new = [
        _with(row, columns.index("flight"), lambda number: str(int(number) + NEW_FLIGHT))
        for row in removed[:ADDED]
    ]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / original.name
    path.write_text("\n".join([header, *later, *kept, *new]) + "\n")
    return Variant(path, len(rows))


def broken(original: Path, folder: Path) -> Path:
    """Write a file whose header has lost its last column."""
    path = folder / "flights_broken.csv"
    with original.open() as lines:
        header = next(lines).rstrip("\n").rsplit(",", 1)[0]
        rows = [next(lines).rstrip("\n") for _ in range(BROKEN_ROWS)]
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def _with(row: str, column: int, change: Callable[[str], str]) -> str:
    cells = row.split(",")
    cells[column] = change(cells[column])
    return ",".join(cells)
