"""MERGE, which Redshift has in a narrow form; its shape is read by sqlglot where that can."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift.lexing import path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_PAGE = "r_MERGE.html"


def _target_alias(statement: Statement) -> Iterator[Hit]:
    if statement.starts("merge", "into"):
        _, at = path(statement.tokens, 2)
        if at < len(statement.words) and statement.words[at] != "using":
            yield statement.tokens[at]


def _source(statement: Statement) -> Iterator[Hit]:
    if statement.starts("merge"):
        yield from statement.at("using", "(")


def _condition(statement: Statement) -> tuple[int, int] | None:
    """Where the condition after ON begins and ends."""
    begun = statement.first("on", depth=0) if statement.starts("merge") else None
    if begun is None:
        return None
    ends = [
        at
        for word in (("when",), ("remove", "duplicates"))
        if (at := statement.first(*word, depth=0)) is not None and at > begun
    ]
    return begun + 1, min(ends, default=len(statement.words))


def _equalities(statement: Statement) -> Iterator[Hit]:
    bounds = _condition(statement)
    if bounds is None:
        return
    begun, end = bounds
    for at in range(begun, end):
        token = statement.tokens[at]
        if token.word in ("<", ">", "<=", ">=", "<>", "!=", "or", "is", "like", "in", "between"):
            yield token
            return
    if _is_no_comparison(statement, begun, end):
        yield statement.tokens[begun]


def _is_no_comparison(statement: Statement, begun: int, end: int) -> bool:
    """Whether a part of the condition does not compare a column with a column, says sqlglot."""
    import sqlglot
    from sqlglot import expressions

    text = " ".join(token.text for token in statement.tokens[begun:end])
    try:
        parsed = sqlglot.parse_one(text, dialect="redshift")
    except sqlglot.errors.SqlglotError:
        return True
    parsed = parsed.unnest()
    parts = list(parsed.flatten()) if isinstance(parsed, expressions.And) else [parsed]
    return any(
        not isinstance(part, expressions.EQ)
        or not part.left.find(expressions.Column)
        or not part.right.find(expressions.Column)
        for part in parts
    )


def _branches(statement: Statement) -> Iterator[Hit]:
    if not statement.starts("merge") or statement.first("remove", "duplicates") is not None:
        return
    matched = len(list(statement.find("when", "matched")))
    unmatched = len(list(statement.find("when", "not", "matched")))
    if (matched, unmatched) != (1, 1):
        yield statement.tokens[0]


def _conditions(statement: Statement) -> Iterator[Hit]:
    if statement.starts("merge"):
        yield from statement.at("matched", "and")
        yield from statement.at("matched", "by")
        yield from statement.at("do", "nothing")


def _with(statement: Statement) -> Iterator[Hit]:
    if statement.starts("with"):
        at = statement.first("merge", "into", depth=0)
        if at is not None:
            yield statement.tokens[at]


def _same(statement: Statement) -> Iterator[Hit]:
    if statement.starts("merge", "into"):
        target, _ = path(statement.tokens, 2)
        at = statement.first("using", depth=0)
        if at is not None and path(statement.tokens, at + 1)[0] == target:
            yield statement.tokens[at + 1]


def _duplicates(statement: Statement) -> Iterator[Hit]:
    if statement.starts("merge"):
        yield from statement.at("remove", "duplicates")


RULES = (
    Rule(
        "merge target has no alias",
        _PAGE,
        _target_alias,
        'syntax error at or near "{found}": the target of MERGE has no alias',
    ),
    Rule(
        "merge takes a table",
        _PAGE,
        _source,
        "MERGE of Redshift takes a table as its source, not a subquery",
    ),
    Rule(
        "merge matches by equality",
        _PAGE,
        _equalities,
        "the condition of MERGE compares columns of both tables by = and AND only",
    ),
    Rule(
        "merge has both branches",
        _PAGE,
        _branches,
        "MERGE of Redshift has WHEN MATCHED and WHEN NOT MATCHED, one each, or REMOVE DUPLICATES",
    ),
    Rule(
        "merge branches have no condition",
        _PAGE,
        _conditions,
        "the branches of MERGE have no condition of their own",
    ),
    Rule("merge has no with", _PAGE, _with, "MERGE cannot have a WITH clause"),
    Rule("merge needs two tables", _PAGE, _same, "source and target of MERGE are the same table"),
    Rule(
        "remove duplicates is not here",
        _PAGE,
        _duplicates,
        "the local Redshift has no MERGE .. REMOVE DUPLICATES; a real one has - try it there",
        is_ours=True,
    ),
)
