"""Queries and changes of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift.lexing import closing, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_FUNCTIONS = "c_unsupported-postgresql-functions.html"
_FEATURES = "c_unsupported-postgresql-features.html"
_SYNOPSIS = "r_SELECT_synopsis.html"
_WINDOW = "r_Window_function_synopsis.html"
_AGGREGATES = {
    *("avg", "count", "max", "min", "sum", "stddev", "stddev_samp", "stddev_pop", "variance"),
    *("var_samp", "var_pop", "bit_and", "bit_or", "bool_and", "bool_or", "first_value"),
    *("last_value", "nth_value"),
}


def words(*wanted: str) -> Callable[[Statement], Iterator[Hit]]:
    """A check that these words do not follow one another."""
    return lambda statement: statement.at(*wanted)


def _on_conflict(statement: Statement) -> Iterator[Hit]:
    if "insert" in statement.words:
        yield from statement.at("on", "conflict")


def _returning(statement: Statement) -> Iterator[Hit]:
    if {"insert", "update", "delete", "merge"} & set(statement.words[:1]) or "with" in (
        statement.words[:1]
    ):
        for at in statement.find("returning"):
            if at and statement.words[at - 1] not in (".", ",", "select"):
                yield statement.tokens[at]


def _filter(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("filter", "(", "where"):
        if at and statement.words[at - 1] == ")":
            yield statement.tokens[at]


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


def _target_alias(statement: Statement) -> Iterator[Hit]:
    if not statement.starts("delete"):
        return
    at = 1 + (statement.words[1:2] == ["from"])
    _, at = path(statement.tokens, at)
    if at < len(statement.words) and statement.words[at] not in ("using", "where"):
        yield statement.tokens[at]


def _delete_from(statement: Statement) -> Iterator[Hit]:
    if statement.starts("delete") and not statement.starts("delete", "from"):
        yield from statement.at("using")


def _update_alias(statement: Statement) -> Iterator[Hit]:
    if statement.starts("update"):
        _, at = path(statement.tokens, 1)
        if statement.words[at : at + 1] != ["set"] and at < len(statement.tokens):
            yield statement.tokens[at]


def _set_list(statement: Statement) -> Iterator[Hit]:
    """The index of each target of `set`, at the depth of the statement."""
    if not statement.starts("update"):
        return
    at = statement.first("set", depth=0)
    while at is not None:
        token = statement.tokens[at + 1] if at + 1 < len(statement.tokens) else None
        if token is not None and token.word == "(":
            yield token
        elif statement.words[at + 2 : at + 3] == ["."]:
            yield statement.tokens[at + 1]
        at = _next_target(statement, at + 1)


def _next_target(statement: Statement, at: int) -> int | None:
    while at < len(statement.words):
        if statement.depths[at] == 0:
            if statement.words[at] in ("from", "where"):
                return None
            if statement.words[at] == ",":
                return at
        at += 1
    return None


def _outer_join(statement: Statement) -> Iterator[Hit]:
    if not statement.starts("update"):
        return
    begun = statement.first("from", depth=0)
    for at, word in enumerate(statement.words):
        if begun is not None and at > begun and statement.depths[at] == 0:
            following = set(statement.words[at + 1 : at + 3])
            if word in ("left", "right", "full") and "join" in following:
                yield statement.tokens[at]


def _changing_query(statement: Statement) -> Iterator[Hit]:
    for word in ("insert", "update", "delete"):
        for at in statement.find("as", "(", word):
            yield statement.tokens[at + 2]


def _with_insert(statement: Statement) -> Iterator[Hit]:
    if statement.starts("with"):
        at = statement.first("insert", "into", depth=0)
        if at is not None:
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


def _windows(statement: Statement) -> Iterator[tuple[int, int]]:
    """Where the parenthesis of each `over (..)` opens and closes."""
    for at in statement.find("over", "("):
        yield at + 1, closing(statement.tokens, at + 1)


def _frame(statement: Statement) -> Iterator[Hit]:
    for opened, closed in _windows(statement):
        inside = statement.words[opened:closed]
        name = _function_of(statement, opened - 1)
        ordered = any(inside[at : at + 2] == ["order", "by"] for at in range(len(inside)))
        if ordered and name in _AGGREGATES and not {"rows", "range", "groups"} & set(inside):
            yield statement.tokens[opened - 1]


def _function_of(statement: Statement, over: int) -> str:
    """The function that a window belongs to."""
    at = over - 1
    if statement.words[at] == "nulls" or statement.words[at - 1] in ("ignore", "respect"):
        at -= 2
    depth = 0
    while at >= 0:
        depth += {")": 1, "(": -1}.get(statement.words[at], 0)
        if depth == 0:
            return statement.words[at - 1] if at else ""
        at -= 1
    return ""


def _frame_units(statement: Statement) -> Iterator[Hit]:
    for opened, closed in _windows(statement):
        for at in range(opened, closed):
            following = statement.words[at + 1]
            if statement.words[at] in ("range", "groups") and following in (
                *("between", "unbounded", "current"),
            ):
                yield statement.tokens[at]


def _constant_order(statement: Statement) -> Iterator[Hit]:
    for opened, closed in _windows(statement):
        for at in range(opened, closed):
            if statement.words[at : at + 2] in (["order", "by"], ["partition", "by"]):
                token = statement.tokens[at + 2]
                alone = statement.words[at + 3] in (")", ",", "asc", "desc", "rows", "order")
                is_order = statement.words[at] == "order"
                if alone and (token.kind == "string" or (is_order and token.kind == "number")):
                    yield token


def _named_window(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("over"):
        following = statement.tokens[at + 1] if at + 1 < len(statement.tokens) else None
        if at and statement.words[at - 1] == ")" and following and following.is_name:
            yield following


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


def _many_rows(statement: Statement) -> Iterator[Hit]:
    at = statement.first("values", depth=0) if statement.starts("insert") else None
    if at is None:
        return
    rows = sum(
        word == "(" and depth == 0 and here > at
        for here, (word, depth) in enumerate(zip(statement.words, statement.depths, strict=True))
    )
    for here in statement.find("(", "select"):
        if rows > 1 and here > at:
            yield statement.tokens[here + 1]


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
        "no on conflict",
        "r_INSERT_30.html",
        _on_conflict,
        "INSERT of Redshift has no ON CONFLICT: keys are not enforced - use MERGE or update first",
    ),
    Rule(
        "no overriding",
        "r_INSERT_30.html",
        words("overriding"),
        "INSERT of Redshift has no OVERRIDING - use GENERATED BY DEFAULT AS IDENTITY",
    ),
    Rule(
        "no subqueries in many rows",
        "r_INSERT_30.html",
        _many_rows,
        "Subqueries are not supported in a multi-row INSERT .. VALUES",
    ),
    Rule(
        "no returning",
        "r_UPDATE.html",
        _returning,
        "Redshift has no RETURNING - get diagnostics n := row_count says how many rows",
    ),
    Rule(
        "no filter",
        "c_Aggregate_Functions.html",
        _filter,
        "aggregates of Redshift have no FILTER - use sum(case when .. then 1 else 0 end)",
    ),
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
        "delete has no alias",
        "r_DELETE.html",
        _target_alias,
        'syntax error at or near "{found}": DELETE of Redshift gives its table no alias',
    ),
    Rule(
        "delete using says from",
        "r_DELETE.html",
        _delete_from,
        "DELETE .. USING wants the word FROM before its table",
    ),
    Rule(
        "update has no alias",
        "r_UPDATE.html",
        _update_alias,
        "the page on UPDATE says both that its table has no alias and that it has - do without",
        is_ours=True,
        is_strict=True,
    ),
    Rule(
        "update sets one column at a time",
        "r_UPDATE.html",
        _set_list,
        "SET of Redshift takes plain column names, one expression each",
    ),
    Rule(
        "no outer join in update",
        "r_UPDATE.html",
        _outer_join,
        "Target table must be part of an equijoin predicate: no {found} join in UPDATE .. FROM",
    ),
    Rule(
        "with holds queries",
        "r_WITH_clause.html",
        _changing_query,
        "WITH of Redshift holds SELECT only, not {found}",
    ),
    Rule(
        "insert before with",
        "r_INSERT_30.html",
        _with_insert,
        "WITH stands after INSERT INTO in Redshift: insert into t with .. select ..",
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
        "windows of aggregates have a frame",
        _WINDOW,
        _frame,
        "Aggregate window functions with an ORDER BY clause require a frame clause",
    ),
    Rule("frames count rows", _WINDOW, _frame_units, "frames of Redshift are ROWS, not {found}"),
    Rule(
        "windows are sorted by columns",
        _WINDOW,
        _constant_order,
        "constants are not allowed in window function ORDER BY or PARTITION BY: {found}",
    ),
    Rule(
        "windows have no names",
        _WINDOW,
        _named_window,
        "Redshift has no named windows - write over (..) in full instead of {found}",
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
