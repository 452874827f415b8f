"""Files of views/: a header of comments, `-- key: value`, then one select."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from stagecoach.declaration import types
from stagecoach.declaration.problems import Problem, did_you_mean, listed
from workbench.views.view import TARGETS, View

HEADER = re.compile(r"^--\s*(?P<key>[A-Za-z_]+):\s*(?P<value>.*?)\s*$")
KEYS = ("description", "schema", "targets", "materialized", "key")
NEEDED = {
    "description": "one sentence for people",
    "schema": "the schema that the view is in",
}
BOOLEANS = {"true": True, "false": False}
OURS = ("etl", "stage", "information_schema")


def read(path: Path) -> tuple[View | None, list[Problem]]:
    """One file as written; None where its header is wrong."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        return None, [Problem(str(path), 0, f"byte {error.start} is not UTF-8 - wanted UTF-8")]
    count = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    found: dict[str, tuple[int, str]] = {}
    problems = list(_header(str(path), lines[:count], found))
    problems = problems or list(_values(path, found))
    if problems:
        return None, sorted(problems)
    written = {key: value for key, (_, value) in found.items()}
    blank = next((at for at, line in enumerate(lines[count:]) if line.strip()), 0)
    view = View(
        path=str(path),
        name=path.stem,
        schema=written["schema"],
        description=written["description"],
        query="\n".join(lines[count + blank :]).strip().removesuffix(";").rstrip(),
        line=count + blank + 1,
        lines={key: line for key, (line, _) in found.items()},
        targets=_listed(written.get("targets", "")),
        materialized=BOOLEANS[written.get("materialized", "false")],
        key=_listed(written.get("key", "")),
    )
    return view, []


def _header(path: str, lines: list[str], found: dict[str, tuple[int, str]]) -> Iterator[Problem]:
    for number, line in enumerate(lines, start=1):
        said = HEADER.match(line)
        if said is None:
            wanted = "wanted -- key: value, and a blank line above other comments"
            yield Problem(path, number, f"found {line!r} in the header - {wanted}")
        elif said["key"] not in KEYS:
            hint = did_you_mean(said["key"], KEYS) or f" - wanted one of {listed(KEYS)}"
            yield Problem(path, number, f"found the key {said['key']!r} in the header{hint}")
        elif said["key"] in found:
            first = found[said["key"]][0]
            message = f"key {said['key']!r} is already on line {first} - wanted once"
            yield Problem(path, number, message)
        else:
            found[said["key"]] = number, said["value"]


def _values(path: Path, found: dict[str, tuple[int, str]]) -> Iterator[Problem]:
    name = str(path)
    for key, meaning in NEEDED.items():
        if not found.get(key, (0, ""))[1]:
            wanted = f"wanted -- {key}: {meaning}"
            yield Problem(name, found.get(key, (1, ""))[0], f"the header has no {key} - {wanted}")
    for line, named in ((1, path.stem), found.get("schema", (1, ""))):
        if named and (wrong := _identifier(named)):
            yield Problem(name, line, wrong)
    line, schema = found.get("schema", (1, ""))
    if schema in OURS or schema.startswith("pg_"):
        yield Problem(name, line, f"schema {schema!r} is not for views - wanted one of your own")
    line, told = found.get("materialized", (1, "false"))
    if told not in BOOLEANS:
        yield Problem(name, line, f"materialized: found {told!r} - wanted true or false")
    line, told = found.get("targets", (1, ""))
    for target in _listed(told):
        if target not in TARGETS:
            hint = did_you_mean(target, TARGETS) or f" - wanted {listed(TARGETS)}"
            yield Problem(name, line, f"targets: found {target!r}{hint}")
    yield from _key(name, found)


def _key(name: str, found: dict[str, tuple[int, str]]) -> Iterator[Problem]:
    line, told = found.get("materialized", (1, "false"))
    if told == "true" and not _listed(found.get("key", (1, ""))[1]):
        wanted = (
            "wanted -- key: columns by which its rows are unique, so that readers need not wait"
        )
        yield Problem(name, line, f"a materialized view without a key - {wanted}")
    if told == "false" and "key" in found:
        message = "key is for materialized views - wanted -- materialized: true, or no key"
        yield Problem(name, found["key"][0], message)


def _identifier(text: str) -> str | None:
    try:
        types.identifier(text)
    except ValueError as error:
        return str(error)
    return None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
