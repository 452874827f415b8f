"""A text as the statements that rules look at, inside procedures too."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift import bodies
from local_cloud.redshift.lexing import by_commas, closing
from local_cloud.redshift.rules.rule import Statement, Tokens


def inspected(found: Tokens) -> Iterator[Statement]:
    """A statement, and everything that its dollar quotes hold."""
    yield Statement(found)
    words = [token.word for token in found[:5]]
    if words[:1] != ["create"] or not {"procedure", "function"} & set(words):
        return
    is_plpgsql = "plpgsql" in (token.word for token in found)
    for token in found:
        if token.kind != "dollar":
            continue
        inside = bodies.body(token)
        if is_plpgsql:
            yield from _body(inside, frozenset(_arguments(found)))
        elif inside:
            yield Statement(inside, in_body=True, is_function=True)


def _body(inside: Tokens, arguments: frozenset[str]) -> Iterator[Statement]:
    parts = bodies.pieces(inside)
    names = arguments | {part.tokens[0].name for part in parts if part.kind == "declare"}
    for part in parts:
        yield Statement(part.tokens, part.kind, in_body=True, names=names)


def _arguments(found: Tokens) -> Iterator[str]:
    """The names of a procedure's arguments."""
    opened = next((at for at, token in enumerate(found) if token.word == "("), None)
    if opened is None:
        return
    inside = found[opened + 1 : closing(found, opened)]
    for part in by_commas(inside) if inside else []:
        names = [token for token in part if token.word not in ("in", "out", "inout")]
        if len(names) > 1:
            yield names[0].name
