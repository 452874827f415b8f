"""SELECT, WITH and the set operators."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift.rules.rule import Hit, Rule, Statement, words

_FUNCTIONS = "c_unsupported-postgresql-functions.html"
_FEATURES = "c_unsupported-postgresql-features.html"
_SYNOPSIS = "r_SELECT_synopsis.html"


def _distinct_from(statement: Statement) -> Iterator[Hit]:
    yield from statement.at("is", "distinct", "from")
    yield from statement.at("is", "not", "distinct", "from")


def _locking(statement: Statement) -> Iterator[Hit]:
    for words_ in (("update",), ("share",), ("no", "key", "update"), ("key", "share")):
        for at in statement.find("for", *words_):
            if "select" in statement.words[:at]:
                yield statement.tokens[at]


def _values(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("values"):
        previous = statement.words[at - 1] if at else ""
        is_insert = "insert" in statement.words[:1] or "merge" in statement.words[:1]
        depth = statement.depths[at]
        if (not at or previous in ("from", "(", "as", ",", "join")) and not (
            is_insert and not depth
        ):
            yield statement.tokens[at]


def _materialized_query(statement: Statement) -> Iterator[Hit]:
    yield from statement.at("as", "materialized", "(")
    yield from statement.at("as", "not", "materialized")


def _nested_with(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("as", "(", "with"):
        if statement.words[0] == "with" or "insert" in statement.words[:1]:
            yield statement.tokens[at + 2]


def _recursive(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("with", "recursive"):
        if statement.words[at + 3 : at + 4] == ["as"]:
            yield statement.tokens[at + 2]


def _limited_operand(statement: Statement) -> Iterator[Hit]:
    for word in ("union", "intersect", "except", "minus"):
        for at in statement.find(")", word):
            opened = _opening(statement, at)
            inside = range(opened + 1, at)
            is_query = statement.words[opened + 1] in ("select", "with")
            for here in inside if is_query else ():
                is_own = statement.depths[here] == statement.depths[opened] + 1
                if is_own and statement.words[here] in ("limit", "offset"):
                    yield statement.tokens[here]


def _opening(statement: Statement, at: int) -> int:
    return next(
        here
        for here in range(at - 1, -1, -1)
        if statement.words[here] == "(" and statement.depths[here] == statement.depths[at]
    )


def _top_and_limit(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("top"):
        if at and statement.words[at - 1] in ("select", "distinct", "all"):
            depth = statement.depths[at]
            limit = statement.first("limit", depth=depth)
            if limit is not None and limit > at:
                yield statement.tokens[limit]


def _set_all(statement: Statement) -> Iterator[Hit]:
    for word in ("intersect", "except", "minus"):
        yield from statement.at(word, "all")


def _operators(statement: Statement) -> Iterator[Hit]:
    found = statement.tokens
    for at, token in enumerate(found[:-1]):
        pair = token.text + found[at + 1].text
        touching = token.end == found[at + 1].start
        if touching and pair in ("->", "#>", "@>", "<@", "?|", "?&", "@@", "&&"):
            yield token, f"Redshift has no operator {pair} - use its JSON functions or SUPER"


def _insensitive(statement: Statement) -> Iterator[Hit]:
    yield from statement.at("~*")
    yield from statement.at("!~*")


def _qualify(statement: Statement) -> Iterator[Hit]:
    for word in ("qualify", "pivot", "unpivot"):
        for at in statement.find(word):
            following = statement.tokens[at + 1] if at + 1 < len(statement.tokens) else None
            if at and following and (following.is_name or following.word == "("):
                yield statement.tokens[at]
    for words_ in (("connect", "by"), ("start", "with"), ("ignore", "nulls")):
        yield from statement.at(*words_)


RULES = (
    Rule(
        "no distinct on",
        "r_SELECT_list.html",
        words("distinct", "on", "("),
        "Redshift has no DISTINCT ON - use row_number() over (..) = 1",
    ),
    Rule(
        "no is distinct from",
        _FUNCTIONS,
        _distinct_from,
        "Redshift has no IS [NOT] DISTINCT FROM - compare, and compare the nulls",
    ),
    Rule(
        "no lateral",
        "r_FROM_clause30.html",
        words("lateral"),
        "Redshift has no LATERAL - join with a subquery that does not look to its left",
    ),
    Rule(
        "no locking of rows",
        _SYNOPSIS,
        _locking,
        "Redshift locks tables, not rows - use LOCK instead of SELECT .. FOR UPDATE",
    ),
    Rule(
        "no tablesample",
        "r_FROM_clause30.html",
        words("tablesample"),
        "Redshift has no TABLESAMPLE",
    ),
    Rule(
        "values are for insert",
        _FEATURES,
        _values,
        "Redshift has no VALUES list as a table - use select .. union all select ..",
    ),
    Rule(
        "with is not materialized by word",
        "r_WITH_clause.html",
        _materialized_query,
        "WITH of Redshift has no [NOT] MATERIALIZED",
    ),
    Rule(
        "with is not nested",
        "r_WITH_clause.html",
        _nested_with,
        "a WITH cannot be inside another WITH - list them one after the other",
    ),
    Rule(
        "with recursive names its columns",
        "r_WITH_clause.html",
        _recursive,
        "{found} is recursive and must list its columns: with recursive {found} (a, b) as ..",
    ),
    Rule(
        "no limit inside set operators",
        "r_UNION.html",
        _limited_operand,
        "LIMIT may not be used within input to set operations",
    ),
    Rule(
        "top or limit",
        "r_SELECT_list.html",
        _top_and_limit,
        "TOP and LIMIT cannot be in the same query",
    ),
    Rule(
        "set operators without all",
        "r_UNION.html",
        _set_all,
        "INTERSECT ALL and EXCEPT ALL are not in Redshift",
    ),
    Rule(
        "no json or array operators",
        "c_unsupported-postgresql-datatypes.html",
        _operators,
        "Redshift has no operator {found}",
    ),
    Rule(
        "regular expressions heed case",
        "pattern-matching-conditions-posix.html",
        _insensitive,
        "the page knows ~ and !~ only, not {found} - use lower() or ilike",
    ),
    Rule(
        "queries that the local Redshift lacks",
        "r_QUALIFY_clause.html",
        _qualify,
        "the local Redshift has no {found}; a real one has - try it there",
        is_ours=True,
    ),
)
