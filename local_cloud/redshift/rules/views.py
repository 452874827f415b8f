"""Views, late-binding and materialized."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift.lexing import path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_VIEW = "r_CREATE_VIEW.html"


def _unqualified(statement: Statement) -> Iterator[Hit]:
    if statement.words[-4:] != ["with", "no", "schema", "binding"]:
        return
    found, words = statement.tokens, statement.words
    query = words.index("as") if "as" in words else 0
    inside = {found[at - 1].name for at in statement.find("as", "(") if at > query}
    for at in range(query, len(found) - 4):
        if words[at] not in ("from", "join") or words[at + 1] == "(":
            continue
        if _of_function(statement, at):
            continue
        name, _ = path(found, at + 1)
        if len(name) == 1 and name[0] not in inside:
            yield found[at + 1]


def _of_function(statement: Statement, at: int) -> bool:
    """Whether a `from` belongs to `extract(.. from ..)`, `trim` or `substring`."""
    opened = next(
        (i for i in range(at, -1, -1) if statement.depths[i] == statement.depths[at] - 1), None
    )
    return opened is not None and statement.words[opened - 1] in ("extract", "trim", "substring")


def _materialized(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "materialized"):
        yield from statement.at("with", "no", "data")
        yield from statement.at("if", "not", "exists")
    if statement.starts("refresh", "materialized", "view"):
        yield from statement.at("concurrently")
        yield from statement.at("with")


def _sorted_view(statement: Statement) -> Iterator[Hit]:
    if statement.starts("create", "materialized"):
        for words in (("order", "by"), ("limit",), ("offset",)):
            at = statement.first(*words, depth=0)
            if at is not None:
                yield statement.tokens[at]


RULES = (
    Rule(
        "late-binding views name schemas",
        _VIEW,
        _unqualified,
        "All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA"
        " BINDING, and {found} is not",
    ),
    Rule(
        "materialized views are filled and refreshed whole",
        "materialized-view-create-sql-command.html",
        _materialized,
        "Redshift does not know {found} here",
    ),
    Rule(
        "materialized views are not sorted or cut",
        "materialized-view-create-sql-command.html",
        _sorted_view,
        "a materialized view has no ORDER BY, LIMIT or OFFSET - say it where you read",
    ),
)
