"""A view of views/: its header as it was written, and what its query came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stagecoach.dataset import Dataset

if TYPE_CHECKING:
    from sqlglot import exp

TARGETS = ("postgres", "redshift")
Relation = tuple[str, str]  # schema, name


@dataclass
class View:
    """One file. `line` is where its query begins; `lines` are those of the header's keys."""

    path: str
    name: str
    schema: str
    description: str
    query: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    materialized: bool = False
    key: tuple[str, ...] = ()
    tree: exp.Query | None = None
    reads: tuple[Relation, ...] = ()
    datasets: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def relation(self) -> Relation:
        """Where it is in both databases."""
        return self.schema, self.name


def live_tables(datasets: Iterable[Dataset]) -> dict[Relation, Dataset]:
    """The datasets by the names that views call them by: those of PostgreSQL."""
    return {(each.postgres.schema, each.postgres.table): each for each in datasets}
