"""ALTER TABLE, which changes a table in small steps only."""

from __future__ import annotations

from collections.abc import Iterator

from local_cloud.redshift import types_of
from local_cloud.redshift.lexing import by_commas, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement, Tokens

_ALTER = "r_ALTER_TABLE.html"


def _alter(statement: Statement, *wanted: str) -> int | None:
    """Where the action of an `alter table` stands that begins so."""
    if not statement.starts("alter", "table"):
        return None
    _, at = path(statement.tokens, 2)
    return at if statement.words[at : at + len(wanted)] == list(wanted) else None


def _several(statement: Statement) -> Iterator[Hit]:
    if not statement.starts("alter", "table"):
        return
    parts = by_commas(statement.tokens)
    shapes = [{token.word for token in part} for part in parts]
    allowed = all(each & {"distkey", "diststyle", "sortkey", "encode"} for each in shapes)
    if len(parts) > 1 and not allowed:
        yield parts[1][0]


def _added(statement: Statement) -> tuple[int, list[str]] | None:
    """Where the column of an `add column` stands, and all the words from there."""
    at = _alter(statement, "add")
    if at is None:
        return None
    at += 1 + (statement.words[at + 1 : at + 2] == ["column"])
    following = statement.words[at:]
    if following[:1] and following[0] in ("constraint", "primary", "unique", "foreign", "check"):
        return None
    return at, following


def _added_not_null(statement: Statement) -> Iterator[Hit]:
    added = _added(statement)
    if added and "default" not in added[1] and "identity" not in added[1]:
        for at in statement.find("not", "null"):
            yield statement.tokens[at]


def _added_key(statement: Statement) -> Iterator[Hit]:
    added = _added(statement)
    if added:
        for word in ("unique", "primary", "references", "identity", "distkey", "sortkey"):
            for at in statement.find(word):
                if at > added[0]:
                    yield statement.tokens[at]


def _existing(statement: Statement) -> Iterator[Hit]:
    if statement.starts("alter", "table"):
        _, at = path(statement.tokens, 2)
        for here in (*statement.find("if", "not", "exists"), *statement.find("if", "exists")):
            if here >= at or statement.words[2] == "if":
                yield statement.tokens[here]
                return


def _column_at(statement: Statement) -> int | None:
    at = _alter(statement, "alter")
    if at is None:
        return None
    return at + 1 + (statement.words[at + 1 : at + 2] == ["column"])


def _type_of_column(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if at is None or statement.words[at + 1 : at + 2] != ["type"] or at + 2 >= len(statement.words):
        return
    wanted = types_of.read(statement.tokens, at + 2)
    if wanted.name != "varchar":
        yield statement.tokens[at + 2]
    elif wanted.end < len(statement.tokens):
        yield statement.tokens[wanted.end], "ALTER COLUMN TYPE of Redshift has no {found}"


def _column_properties(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if at is not None and statement.words[at + 1 : at + 2] in (["set"], ["drop"]):
        yield statement.tokens[at + 1]


def _type_in_transaction(statement: Statement) -> Iterator[Hit]:
    at = _column_at(statement)
    if statement.in_body and at is not None and statement.words[at + 1 : at + 2] == ["type"]:
        yield statement.tokens[0]


def alone(found: Tokens) -> Iterator[tuple[str, str]]:
    """The rule that a statement breaks inside BEGIN .. END, which the text alone cannot show."""
    for _ in _type_in_transaction(Statement(found, in_body=True)):
        yield _ALONE.name, _ALONE.message


def _other_actions(statement: Statement) -> Iterator[Hit]:
    for words in (("set",), ("enable",), ("disable",), ("inherit",), ("no",), ("cluster",)):
        at = _alter(statement, *words)
        if at is not None:
            yield statement.tokens[at]
    at = _alter(statement, "rename", "constraint")
    if at is not None:
        yield statement.tokens[at + 1]


_ALONE = Rule(
    "no alter column type in a transaction",
    _ALTER,
    _type_in_transaction,
    "ALTER TABLE ALTER COLUMN cannot run inside a transaction block",
)
RULES = (
    Rule("one action per alter table", _ALTER, _several, "ALTER TABLE of Redshift does one thing"),
    Rule(
        "a new column that is not null has a default",
        _ALTER,
        _added_not_null,
        "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression",
    ),
    Rule(
        "a new column is no key",
        _ALTER,
        _added_key,
        "ALTER TABLE ADD COLUMN cannot add a column that is {found}",
    ),
    Rule(
        "alter table has no if exists",
        _ALTER,
        _existing,
        "ALTER TABLE of Redshift has no IF [NOT] EXISTS - look into svv_columns first",
    ),
    Rule(
        "only varchar columns change",
        _ALTER,
        _type_of_column,
        "ALTER COLUMN TYPE changes the size of a varchar only, not to {found}",
    ),
    _ALONE,
    Rule(
        "columns keep default and null",
        _ALTER,
        _column_properties,
        "ALTER COLUMN .. {found} is not in Redshift - add a column, copy, drop, rename",
    ),
    Rule("other actions of alter table", _ALTER, _other_actions, "ALTER TABLE .. {found} is none"),
)
