"""The header of a project's SQL file: lines `-- key: value` at its top."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from stagecoach.declaration import types
from stagecoach.declaration.problems import Problem, did_you_mean, listed

LINE = re.compile(r"^--\s*(?P<key>[A-Za-z_]+):\s*(?P<value>.*?)\s*$")
OURS = ("etl", "stage", "information_schema")  # schemas that are not for a project's own

Header = dict[str, tuple[int, str]]


def length(lines: Sequence[str]) -> int:
    """How many lines of a file are its header."""
    return next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))


def read(
    path: str, lines: Sequence[str], keys: Collection[str], found: Header
) -> Iterator[Problem]:
    """Put what the lines of a header say into `found`, by key: line and value."""
    for number, line in enumerate(lines, start=1):
        said = LINE.match(line)
        if said is None:
            wanted = "wanted -- key: value, and a blank line above other comments"
            yield Problem(path, number, f"found {line!r} in the header - {wanted}")
        elif said["key"] not in keys:
            hint = did_you_mean(said["key"], keys) or f" - wanted one of {listed(keys)}"
            yield Problem(path, number, f"found the key {said['key']!r} in the header{hint}")
        elif said["key"] in found:
            first = found[said["key"]][0]
            message = f"key {said['key']!r} is already on line {first} - wanted once"
            yield Problem(path, number, message)
        else:
            found[said["key"]] = number, said["value"]


def missing(path: str, found: Header, needed: Mapping[str, str]) -> Iterator[Problem]:
    """What a header lacks of the keys that it needs, given with their meanings."""
    for key, meaning in needed.items():
        if not found.get(key, (0, ""))[1]:
            wanted = f"wanted -- {key}: {meaning}"
            yield Problem(path, found.get(key, (1, ""))[0], f"the header has no {key} - {wanted}")


def is_ours(schema: str) -> bool:
    """Whether a schema is PostgreSQL's or Stagecoach's, and so not for a project's own."""
    return schema in OURS or schema.startswith("pg_")


def wrong_name(text: str) -> str | None:
    """Why a text is no name in the database; None where it is one."""
    try:
        types.identifier(text)
    except ValueError as error:
        return str(error)
    return None
