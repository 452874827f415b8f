"""The templates of a database, and how what they render to looks."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from stagecoach.dataset import Column
from workbench.quoting import array, listed, literal, names, quote

ADDED = (  # by a history, to its live table
    Column("valid_from", "timestamptz"),
    Column("valid_to", "timestamptz"),
    Column("is_current", "boolean"),
)


@cache  # it compiles each template once, and takes up what changes in one
def environment(sql: Path, database: str) -> Environment:
    """The templates of one database and those that both share, in which an unknown name is an error
    and every identifier goes through `quote`. `sql` is that folder of the repository.
    """
    templates = Environment(
        loader=FileSystemLoader([sql / database / "templates", sql / "shared"]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - this is SQL: `quote` and `literal` escape it
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(quote=quote, literal=literal, names=names, listed=listed, array=array)
    return templates


def tidy(text: str) -> str:
    """Without trailing spaces, and never two blank lines."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
