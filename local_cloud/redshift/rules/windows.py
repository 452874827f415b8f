"""Aggregates and window functions."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift.lexing import closing
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_WINDOW = "r_Window_function_synopsis.html"
_AGGREGATES = {
    *("avg", "count", "max", "min", "sum", "stddev", "stddev_samp", "stddev_pop", "variance"),
    *("var_samp", "var_pop", "bit_and", "bit_or", "bool_and", "bool_or", "first_value"),
    *("last_value", "nth_value"),
}


def _filter(statement: Statement) -> Iterator[Hit]:
    for at in statement.find("filter", "(", "where"):
        if at and statement.words[at - 1] == ")":
            yield statement.tokens[at]


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


RULES = (
    Rule(
        "no filter",
        "c_Aggregate_Functions.html",
        _filter,
        "aggregates of Redshift have no FILTER - use sum(case when .. then 1 else 0 end)",
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
)
