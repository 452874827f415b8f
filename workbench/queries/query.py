"""A query of queries/, and what asking it answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot import exp

DIALECT = "athena"


@dataclass(frozen=True)
class Query:
    """One file: its name, the sentence of its header, its text, and the tables that it reads."""

    path: str
    name: str
    description: str
    text: str
    tree: exp.Query
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Rows, each with a value for every column; `scanned` counts bytes, None where nobody knows.

    `files` are the addresses of what was read, where that is known.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    scanned: int | None = None
    files: tuple[str, ...] = ()
