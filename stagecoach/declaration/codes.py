"""What codes mean, and what another dataset says of a column: the mistakes that one file shows.

A code is spelt by its column's type: for an integer `1`, `1.0` and `01` are one code, for a text
each is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import Any

from stagecoach.dataset import Type
from stagecoach.declaration import types
from stagecoach.declaration.document import Ambiguous, Document
from stagecoach.declaration.named import columns
from stagecoach.declaration.problems import Path, Problem, did_you_mean, listed

INTEGERS = {"smallint": 16, "integer": 32, "bigint": 64}  # bits
SPELT = (*INTEGERS, "numeric", "boolean", "varchar", "text")
NUMBER = re.compile(r"-?\d+(?:\.\d*)?")
BOOLEANS = {"true": "true", "false": "false"}


def spelt(value: Any, kind: Type) -> str:
    """A code or a meaning as text, in the one spelling of its type. Raises ValueError, saying what
    was wanted.
    """
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if kind.base in ("text", "varchar"):
        return _text(value, text, kind)
    if kind.base == "boolean":
        if text.lower() in BOOLEANS:
            return text.lower()
        raise ValueError("true or false")
    if kind.base in INTEGERS:
        return _integer(text, kind)
    if kind.base == "numeric":
        return _numeric(text, kind)
    raise ValueError(f"a column of one of the types {listed(SPELT)}")


def _text(value: Any, text: str, kind: Type) -> str:
    if not isinstance(value, str):
        raise ValueError(f'"{text}": without quotes YAML takes it for no text')
    if kind.args and len(text) > kind.args[0]:
        raise ValueError(f"at most {kind.args[0]} characters")
    return text


def _integer(text: str, kind: Type) -> str:
    if not NUMBER.fullmatch(text) or Decimal(text) % 1:
        raise ValueError(f"a {kind.base}")
    number, half = int(Decimal(text)), 2 ** (INTEGERS[kind.base] - 1)
    if not -half <= number < half:
        raise ValueError(f"a {kind.base}, from {-half} to {half - 1}")
    return str(number)


def _numeric(text: str, kind: Type) -> str:
    precision, scale = kind.size
    with localcontext(prec=200):
        units = Decimal(text).scaleb(scale) if NUMBER.fullmatch(text) else Decimal("0.5")
        if units % 1 or abs(units) >= 10**precision:
            raise ValueError(f"a number that fits {kind.text}")
        return format(units.to_integral_value().scaleb(-scale), "f")


def check(
    document: Document, at: int, column: dict[str, Any], usable: list[str]
) -> Iterator[Problem]:
    """Every mistake in the `codes` or the `lookup` of one column; `usable` are those above it."""
    for key, origin in (("codes", "of"), ("lookup", "by")):
        given = column.get(key)
        if not isinstance(given, dict):
            continue
        path: Path = ("columns", at, key)
        yield from _origin(document, (*path, origin), column["name"], given.get(origin), usable)
        to = _kind(column.get("type"))
        if key == "codes" and to is not None:
            yield from _spelt_type(document, ("columns", at, "type"), column["name"], to)
            yield from _map(document, path, given, to)
        for word in ("otherwise", "missing"):
            if to is not None and given.get(word) is not None:
                yield from _fits(document, (*path, word), given[word], to, column)


def _origin(
    document: Document, path: Path, name: str, origin: Any, usable: list[str]
) -> Iterator[Problem]:
    if not isinstance(origin, str):
        return
    if origin not in usable:
        hint = did_you_mean(origin, usable) or f" - wanted one of {listed(usable)}"
        message = f"column {name!r}: {path[-1]} names {origin!r}, which is no column above it{hint}"
        yield document.problem(path, message)
        return
    kind = _kind_of(document, origin)
    if kind is not None:
        yield from _spelt_type(document, path, origin, kind)


def _spelt_type(document: Document, path: Path, name: str, kind: Type) -> Iterator[Problem]:
    if kind.base not in SPELT:
        message = f"column {name!r} is {kind.text} - for codes wanted {listed(SPELT)}"
        yield document.problem(path, message)


def _map(document: Document, path: Path, given: dict[str, Any], to: Type) -> Iterator[Problem]:
    of, meanings = _kind_of(document, given.get("of")), given.get("map")
    seen: dict[str, str] = {}
    for code, said in meanings.items() if isinstance(meanings, dict) else ():
        here: Path = (*path, "map", code)
        column = document.at(path[0], path[1])
        yield from _fits(document, here, said, to, column)
        if of is None or of.base not in SPELT:
            continue
        try:
            one = spelt(code, of)
        except ValueError as wanted:
            message = f"the code {code!r} is none of {given['of']!r} - wanted {wanted}"
            yield document.problem(here, message)
            continue
        if one in seen:
            message = f"the codes {seen[one]!r} and {code!r} are the same {of.text} - wanted one"
            yield document.problem(here, message)
        seen[one] = code


def _fits(
    document: Document, path: Path, said: Any, to: Type, column: dict[str, Any]
) -> Iterator[Problem]:
    """Whether a meaning is a value of its column."""
    if said is None or isinstance(said, dict | list | Ambiguous) or to.base not in SPELT:
        return  # what has the wrong shape is said elsewhere
    where = f"column {column['name']!r}: found {document.written.get(path, str(said))!r}"
    try:
        text = spelt(said, to)
    except ValueError as wanted:
        yield document.problem(path, f"{where} - wanted {wanted}")
        return
    room = column.get("bytes")
    if isinstance(room, int) and len(text.encode()) > room:
        yield document.problem(path, f"{where} - wanted at most {room} bytes, as declared")


def _kind_of(document: Document, name: Any) -> Type | None:
    named = (column for _, column in columns(document) if column["name"] == name)
    return next((_kind(column.get("type")) for column in named), None)


def _kind(type_text: Any) -> Type | None:
    """A type that is right; None for any other."""
    try:
        return Type.parse(types.column_type(type_text))
    except (ValueError, AttributeError):
        return None
