"""Statements of Redshift as PostgreSQL's; what is not understood is kept byte for byte."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.redshift.changing import alter_table
from local_cloud.redshift.creating import create_table, create_view, named
from local_cloud.redshift.expressions import literal, render
from local_cloud.redshift.lexing import Token, path, starts
from local_cloud.redshift.routines import create_routine

Tokens = tuple[Token, ...]


def translated(source: str, found: Tokens) -> str:
    """One statement for PostgreSQL, as one or several statements.

    What ends too early is left to PostgreSQL, which says where.
    """
    try:
        return _translated(source, found)
    except IndexError:
        return source[found[0].start : found[-1].end]


def _translated(source: str, found: Tokens) -> str:
    for wanted, translate in _STATEMENTS:
        if starts(found, *wanted):
            answer = translate(source, found)
            if answer is not None:
                return answer
    return render(source, found)


def _create(source: str, found: Tokens) -> str | None:
    said = {token.word for token in found[:5]}
    if "table" in said:
        return create_table(source, found)
    if "procedure" in said or "function" in said:
        return create_routine(source, found, translated)
    if "view" in said:
        return create_view(source, found)
    if "user" in said or "group" in said:
        return _user(source, found)
    return None


def _delete(source: str, found: Tokens) -> str | None:
    """`delete t` is `delete from t`."""
    if starts(found, "delete", "from"):
        return None
    return "delete from " + render(source, found[1:])  # noqa: S608 - the user's own statement


_BEFORE_ROLE = ("grant", "revoke", "to", "from", ",")


def _grant(source: str, found: Tokens) -> str:
    """A role is named without saying that it is one."""
    kept = [
        token
        for at, token in enumerate(found)
        if not (token.word == "role" and at and found[at - 1].word in _BEFORE_ROLE)
    ]
    return " ".join(source[token.start : token.end] for token in kept)


def _user(source: str, found: Tokens) -> str:
    if [token.word for token in found[-2:]] == ["password", "disable"]:
        return render(source, found[:-1]) + " null"
    return render(source, found)


def _analyze(_: str, found: Tokens) -> str:
    """PostgreSQL's own words for what is left of it."""
    word = found[0].word
    options = {"verbose", "full", "sort", "only", "delete", "reindex", "recluster", "table"}
    options |= {"compression"}
    at = 1
    while at < len(found) and found[at].word in options:
        at += 1
    name, _ = path(found, at)
    return f"{word} {named(name)}".rstrip()


_KNOWN_SETTINGS = {
    *("search_path", "statement_timeout", "datestyle", "timezone", "time", "session", "role"),
    *("client_encoding", "application_name", "extra_float_digits", "transaction", "local"),
    *("seed", "names", "bytea_output", "lock_timeout", "intervalstyle"),
}


def _set(source: str, found: Tokens) -> str | None:
    """What only Redshift can be told is kept under a name of its own."""
    if len(found) < 2 or found[1].name in _KNOWN_SETTINGS or "." in {each.word for each in found}:
        return None
    if found[0].word in ("show", "reset"):
        return f"{found[0].word} redshift.{found[1].name}"
    value = source[found[3].start : found[-1].end] if len(found) > 3 else "default"
    quoted = value if value[:1] == "'" or value == "default" else literal(value)
    return f"set redshift.{found[1].name} to {quoted}"


_STATEMENTS: list[tuple[tuple[str, ...], Callable[[str, Tokens], str | None]]] = [
    (("create",), _create),
    (("alter", "table"), alter_table),
    (("alter", "user"), _user),
    (("delete",), _delete),
    (("grant",), _grant),
    (("revoke",), _grant),
    (("analyze",), _analyze),
    (("vacuum",), _analyze),
    (("set",), _set),
    (("reset",), _set),
    (("show",), _set),
]
