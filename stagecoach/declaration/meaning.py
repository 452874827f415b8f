"""What no single key shows: names that must agree with each other.

Every check takes the document as read, not the model, so that a file with a wrong type somewhere
still hears of everything else. A check looks only at what has the right shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stagecoach.declaration import codes, expressions, loading, redshift, types
from stagecoach.declaration.document import Document
from stagecoach.declaration.marts import keys as marts
from stagecoach.declaration.named import (
    RECKONED,
    base,
    columns,
    is_reckoned,
    known,
    names,
    repeated,
    texts,
)
from stagecoach.declaration.problems import Path, Problem, listed
from stagecoach.drift import RESERVED

COLUMNS_MOST = 1598  # of the 1,600 of both databases; a stage table adds _row_no and _row_hash
NAME_MOST = 30  # so that stage tables and roles, named after it, stay below 64 characters
FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx")
SETTINGS = ("csv", "json", "xlsx")  # formats with a key of their own below source
OURS = ("etl", "stage", "information_schema")
OF_FILE = ("from", "format", "digits")  # how a column is read, which a derived one is not


def check(document: Document) -> Iterator[Problem]:
    """Every mistake between the keys of one declaration."""
    if not isinstance(document.value, dict):
        return
    for judge in CHECKS:
        yield from judge(document)


def _name(document: Document) -> Iterator[Problem]:
    name = document.at("name")
    if not isinstance(name, str):
        return
    if name != document.stem:
        message = f"name is {name!r} - wanted {document.stem!r}, as the file is called"
        yield document.problem(("name",), message)
    if len(name) > NAME_MOST:
        message = f"name has {len(name)} characters - wanted at most {NAME_MOST}"
        yield document.problem(("name",), message)


def _columns(document: Document) -> Iterator[Problem]:
    found = columns(document)
    named: list[tuple[Path, str]] = [
        (("columns", at, "name"), column["name"]) for at, column in found
    ]
    yield from repeated(document, named, "column")
    most = COLUMNS_MOST - (document.at("load", "mode") == "history")  # its live table adds three
    if len(found) > most:
        message = f"found {len(found)} columns - wanted at most {most}"
        yield document.problem(("columns",), message)
    for at, column in found:
        if column["name"] in RESERVED:
            message = f"column {column['name']!r} is one that PostgreSQL keeps - wanted another"
            yield document.problem(("columns", at, "name"), message)
        form, kind = column.get("format"), base(column.get("type"))
        if column.get("digits") is not None and kind not in (None, "real", "double"):
            wanted = "wanted digits only with real and double"
            message = f"column {column['name']!r} is {kind} - {wanted}"
            yield document.problem(("columns", at, "digits"), message)
        if not isinstance(form, str):
            continue
        path: Path = ("columns", at, "format")
        if kind is not None and kind not in types.TEMPORAL:
            wanted = f"wanted a format only with {listed(types.TEMPORAL)}"
            yield document.problem(path, f"column {column['name']!r} is {kind} - {wanted}")
        elif kind is not None and (wrong := types.pattern(form, kind)):
            yield document.problem(path, f"column {column['name']!r}: {wrong}")


def _derived(document: Document) -> Iterator[Problem]:
    found = columns(document)
    usable = [column["name"] for _, column in found if not is_reckoned(column)]
    for at, column in found:
        ways = [key for key in RECKONED if column.get(key)]
        if not ways:
            continue
        of_file = (key for key in OF_FILE if column.get(key) is not None)
        for key in (*ways[1:], *of_file):
            message = f"column {column['name']!r} is derived - wanted no {key!r} beside {ways[0]}"
            yield document.problem(("columns", at, key), message)
        expression = column.get("derive")
        if isinstance(expression, str):
            for mistake in expressions.mistakes(expression, usable):
                yield document.problem(("columns", at, "derive"), f"derive {mistake}")
        yield from codes.check(document, at, column, usable)
        usable.append(column["name"])  # what is derived later may build on it


def _file_columns(document: Document) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = []
    header = document.at("source", "csv", "header")
    for at, column in columns(document):
        origin = column.get("from")
        if isinstance(origin, str) and header is False:
            message = f"column {column['name']!r} has 'from' - a file without a header has no names"
            yield document.problem(("columns", at, "from"), message)
        if not is_reckoned(column):
            source = origin if isinstance(origin, str) else column["name"]
            named.append((("columns", at, "from" if origin else "name"), source))
    renamed = [item for item in named if item[0][-1] == "from"]
    plain = [item for item in named if item[0][-1] == "name"]
    if renamed:
        yield from repeated(document, list(dict(plain + renamed).items()), "the file's column")
    if document.at("columns") and columns(document) and not named:
        message = "every column is derived - wanted at least one from the file"
        yield document.problem(("columns",), message)


def _key(document: Document) -> Iterator[Problem]:
    named = texts(document, "key")
    yield from repeated(document, named, "key column")
    by_name = {column["name"]: at for at, column in reversed(columns(document))}
    for path, name in named:
        yield from known(document, path, name)
        at = by_name.get(name)
        if at is not None and document.at("columns", at, "nullable") is True:
            message = f"column {name!r} is in the key - wanted no nullable: true here"
            yield document.problem(("columns", at, "nullable"), message)
        if at is not None and base(document.at("columns", at, "type")) == "json":
            message = f"column {name!r} is json - wanted a type that can be compared in the key"
            yield document.problem(path, message)


def _rules(document: Document) -> Iterator[Problem]:
    rules = document.at("rules")
    for name, rule in (rules if isinstance(rules, dict) else {}).items():
        condition = rule.get("check") if isinstance(rule, dict) else None
        if isinstance(condition, str) and condition:
            for mistake in expressions.mistakes(condition, names(document)):
                yield document.problem(("rules", name, "check"), f"rule {name!r}: {mistake}")


def _targets(document: Document) -> Iterator[Problem]:
    for target in ("postgres", "redshift"):
        schema = document.at("targets", target, "schema")
        if isinstance(schema, str) and (schema in OURS or schema.startswith("pg_")):
            message = f"schema {schema!r} is not for live tables - wanted one of your own"
            yield document.problem(("targets", target, "schema"), message)
    indexes = document.at("targets", "postgres", "indexes")
    for at, _ in enumerate(indexes if isinstance(indexes, list) else []):
        for path, name in texts(document, "targets", "postgres", "indexes", at):
            yield from known(document, path, name)


def _source(document: Document) -> Iterator[Problem]:
    form = document.at("source", "format") or "csv"
    for key in SETTINGS:
        if document.at("source", key) is not None and form in FORMATS and form != key:
            message = f"the format is {form} - wanted {key}: only with format: {key}"
            yield document.problem(("source", key), message)
    csv = {"delimiter": ",", "quote": '"', "escape": None}
    written = {key: document.at("source", "csv", key) or usual for key, usual in csv.items()}
    for one, other in combinations(written, 2):
        if written[one] == written[other]:
            message = f"{one} and {other} are both {written[one]!r} - wanted different characters"
            yield document.problem(("source", "csv"), message)


CHECKS = (
    *(_name, _columns, _derived, _file_columns, _key),
    *(loading.check, _rules, _targets, redshift.check, _source, marts.check),
)
