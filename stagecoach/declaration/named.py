"""The columns of a declaration as read, right or wrong: by name, by type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stagecoach.dataset import Type
from stagecoach.declaration import types
from stagecoach.declaration.document import Document
from stagecoach.declaration.problems import Path, Problem, did_you_mean, listed

RECKONED = ("derive", "codes", "lookup")


def columns(document: Document) -> list[tuple[int, dict[str, Any]]]:
    """The columns that have at least a name, with their positions."""
    found = document.at("columns")
    return [
        (at, column)
        for at, column in enumerate(found if isinstance(found, list) else [])
        if isinstance(column, dict) and isinstance(column.get("name"), str)
    ]


def is_reckoned(column: dict[str, Any]) -> bool:
    """Whether a column is not in the file."""
    return any(column.get(key) for key in RECKONED)


def names(document: Document) -> list[str]:
    """The names of the columns, each once."""
    return list(dict.fromkeys(column["name"] for _, column in columns(document)))


def known(document: Document, path: Path, name: str) -> Iterator[Problem]:
    """A problem when `name` is no column."""
    every = names(document)
    if name not in every:
        hint = did_you_mean(name, every) or f" - wanted one of {listed(every)}"
        where = ".".join(step for step in path if isinstance(step, str))
        yield document.problem(path, f"{where} names {name!r}, which is no column{hint}")


def base(type_text: Any) -> str | None:
    """The base of a type that is right; None for any other."""
    try:
        return Type.parse(types.column_type(type_text)).base
    except (ValueError, AttributeError):
        return None


def texts(document: Document, *path: str | int) -> list[tuple[Path, str]]:
    """The texts of a list, each with its path."""
    found = document.at(*path)
    items = found if isinstance(found, list) else []
    return [((*path, at), item) for at, item in enumerate(items) if isinstance(item, str)]


def repeated(document: Document, named: list[tuple[Path, str]], what: str) -> Iterator[Problem]:
    """A problem for each name that is there more than once."""
    seen: dict[str, Path] = {}
    for path, name in named:
        if name in seen:
            first = document.line(seen[name])
            message = f"{what} {name!r} is already on line {first} - wanted each one once"
            yield document.problem(path, message)
        seen.setdefault(name, path)
