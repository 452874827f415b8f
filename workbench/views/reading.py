"""Files of views/: a header of comments, `-- key: value`, then one select."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stagecoach.declaration.problems import Problem, did_you_mean, listed
from workbench import headers
from workbench.views.view import TARGETS, View

KEYS = ("description", "schema", "targets", "materialized", "key")
NEEDED = {
    "description": "one sentence for people",
    "schema": "the schema that the view is in",
}
BOOLEANS = {"true": True, "false": False}


def read(path: Path) -> tuple[View | None, list[Problem]]:
    """One file as written; None where its header is wrong."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        return None, [Problem(str(path), 0, f"byte {error.start} is not UTF-8 - wanted UTF-8")]
    count = headers.length(lines)
    found: headers.Header = {}
    problems = list(headers.read(str(path), lines[:count], KEYS, found))
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


def _values(path: Path, found: headers.Header) -> Iterator[Problem]:
    name = str(path)
    yield from headers.missing(name, found, NEEDED)
    for line, named in ((1, path.stem), found.get("schema", (1, ""))):
        if named and (wrong := headers.wrong_name(named)):
            yield Problem(name, line, wrong)
    line, schema = found.get("schema", (1, ""))
    if headers.is_ours(schema):
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


def _key(name: str, found: headers.Header) -> Iterator[Problem]:
    line, told = found.get("materialized", (1, "false"))
    if told == "true" and not _listed(found.get("key", (1, ""))[1]):
        wanted = (
            "wanted -- key: columns by which its rows are unique, so that readers need not wait"
        )
        yield Problem(name, line, f"a materialized view without a key - {wanted}")
    if told == "false" and "key" in found:
        message = "key is for materialized views - wanted -- materialized: true, or no key"
        yield Problem(name, found["key"][0], message)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
