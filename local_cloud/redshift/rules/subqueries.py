"""Correlated subqueries that Redshift cannot take apart; sqlglot reads who sees whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from local_cloud.redshift.lexing import Token
from local_cloud.redshift.rules.rule import Hit, Rule, Statement, Tokens

_PAGE = "r_correlated_subqueries.html"


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:
    """The tree of a statement; None where sqlglot does not understand it."""
    import sqlglot

    try:
        return sqlglot.parse_one(text, dialect="redshift")
    except sqlglot.errors.SqlglotError:
        return None


def _queries(statement: Statement) -> list[Any]:
    """Every SELECT of a statement that has one inside another."""
    if statement.kind != "sql" or statement.words.count("select") < 1:
        return []
    if statement.words[0] not in ("select", "with", "insert", "update", "delete", "create", "("):
        return []
    inner = statement.words.count("select") - (statement.words[0] in ("select", "with", "("))
    if inner < 1:
        return []
    from sqlglot import expressions

    text = " ".join(token.text for token in _query(statement))
    tree = _parsed(text) if text else None
    return list(tree.find_all(expressions.Select)) if tree else []


def _query(statement: Statement) -> Tokens:
    """What sqlglot shall read: of `create table` and `create view` the query alone."""
    if statement.words[0] != "create":
        return statement.tokens
    at = statement.first("as", depth=0)
    late = statement.words[-4:] == ["with", "no", "schema", "binding"]
    query = statement.tokens[at + 1 if at is not None else 0 : -4 if late else None]
    return query if query and query[0].word in ("select", "with", "(") else ()


def _around(query: Any) -> tuple[Any, bool]:
    """The query whose tables a subquery may see, and whether an outer join's ON is between."""
    from sqlglot import expressions

    outer_join = False
    node = query
    while node.parent is not None:
        parent, key = node.parent, node.arg_key
        if isinstance(parent, (expressions.CTE, expressions.From)):
            return None, False
        if isinstance(parent, expressions.Join):
            if key != "on":
                return None, False
            outer_join = bool(parent.side)
        if isinstance(parent, (expressions.Select, expressions.Update, expressions.Delete)):
            return parent, outer_join
        node = parent
    return None, False


def _sources(query: Any) -> set[str]:
    """The names that a query gives its tables."""
    from sqlglot import expressions

    if query is None:
        return set()
    kinds = (expressions.Table, expressions.Subquery)
    found = set()
    for node in query.find_all(*kinds):
        above = node.parent
        while above is not None and not isinstance(
            above, (expressions.Select, expressions.Update, expressions.Delete)
        ):
            above = above.parent
        if above is query and node.alias_or_name:
            found.add(node.alias_or_name.lower())
    return found


def _qualified(query: Any) -> Iterator[Any]:
    """The columns of a query itself that name their table."""
    from sqlglot import expressions

    for column in query.find_all(expressions.Column):
        if column.table and column.find_ancestor(expressions.Select) is query:
            yield column


def _token(statement: Statement, column: Any) -> Token:
    for at, token in enumerate(statement.tokens[:-2]):
        names = (token.name, statement.tokens[at + 2].name)
        if statement.words[at + 1] == "." and names == (column.table.lower(), column.name.lower()):
            return token
    return statement.tokens[0]


def _correlated(query: Any) -> Iterator[Any]:
    """The columns that a subquery has from the query around it."""
    around, _ = _around(query)
    own = _sources(query)
    for column in _qualified(query):
        if column.table.lower() not in own and column.table.lower() in _sources(around):
            yield column


def _skipping(statement: Statement) -> Iterator[Hit]:
    for query in _queries(statement):
        around, _ = _around(query)
        if around is None:
            continue
        further, _ = _around(around)
        near = _sources(query) | _sources(around)
        for column in _qualified(query):
            if column.table.lower() not in near and column.table.lower() in _sources(further):
                yield _token(statement, column)


def _has_window(query: Any) -> bool:
    from sqlglot import expressions

    windows = query.find_all(expressions.Window)
    return any(window.find_ancestor(expressions.Select) is query for window in windows)


def _windowed(statement: Statement) -> Iterator[Hit]:
    for query in _queries(statement):
        if _has_window(query):
            yield from (_token(statement, column) for column in _correlated(query))


def _outer_joined(statement: Statement) -> Iterator[Hit]:
    for query in _queries(statement):
        if _around(query)[1]:
            yield from (_token(statement, column) for column in _correlated(query))


_MESSAGE = "This type of correlated subquery pattern is not supported yet: "
RULES = (
    Rule(
        "subqueries see one level up",
        _PAGE,
        _skipping,
        _MESSAGE + "{found} is of a query two levels up - join with it",
    ),
    Rule(
        "correlated subqueries have no windows",
        _PAGE,
        _windowed,
        _MESSAGE + "a subquery with a window function looks at {found} outside - join with it",
    ),
    Rule(
        "outer joins have no correlated subquery",
        _PAGE,
        _outer_joined,
        _MESSAGE + "in the ON of an outer join it looks at {found} outside - join with it",
    ),
)
