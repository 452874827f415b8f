"""PL/pgSQL: what its statements may say in Redshift."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift.lexing import Token, by_commas, closing, path
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_STATEMENTS = "c_PLpgSQL-statements.html"
_STRUCTURE = "c_PLpgSQL-structure.html"
_TRANSACTIONS = "stored-procedure-transaction-management.html"
_LEVELS = ("notice", "info", "log", "warning", "exception")


def _raise(statement: Statement) -> Iterator[Hit]:
    """`raise level 'format', variable, ..`."""
    if statement.kind != "plpgsql" or statement.words[0] != "raise":
        return
    found = statement.tokens
    level = statement.words[1:2]
    if not level:
        yield found[0], "RAISE alone is for the handlers of NONATOMIC procedures"
    elif level[0] not in _LEVELS:
        yield found[1], "RAISE wants a level: notice, info, log, warning or exception"
    elif len(found) < 3 or found[2].kind != "string":
        yield found[min(2, len(found) - 1)], "the format of RAISE is one string literal"


def _raise_using(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "plpgsql" and statement.words[0] == "raise":
        yield from statement.at("using")


def _raise_expressions(statement: Statement) -> Iterator[Hit]:
    if statement.kind != "plpgsql" or statement.words[0] != "raise" or "using" in statement.words:
        return
    for part in by_commas(statement.tokens[3:])[1:]:
        if part and path(part, 0)[1] != len(part) and part[0].kind != "parameter":
            yield part[0]


def _diagnostics(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "plpgsql" and statement.words[0] == "get":
        if statement.words[1] != "diagnostics":
            yield statement.tokens[1]
        elif statement.words[-1] != "row_count" or "," in statement.words:
            yield statement.tokens[-1]


def _returning(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "plpgsql" and statement.words[0] == "return" and len(statement.words) > 1:
        yield statement.tokens[1]


def _execute_using(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "plpgsql" and statement.words[0] == "execute":
        yield from statement.at("using")


def _strict(statement: Statement) -> Iterator[Hit]:
    if statement.in_body:
        yield from statement.at("into", "strict")


def _by(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "expression" and ".." in statement.words:
        yield from statement.at("by")


def _directive(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "directive":
        yield statement.tokens[0]


def _dynamic_commit(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "plpgsql" and statement.words[0] == "execute":
        for token in statement.tokens[1:]:
            first = token.text[1:].split(maxsplit=1)[:1] if token.kind == "string" else []
            if first and first[0].lower().rstrip("';") in ("commit", "rollback"):
                yield token


def _substituted(statement: Statement) -> Iterator[Hit]:
    """A variable that stands where SQL wants a name: Redshift puts $1 there."""
    if not statement.in_body or statement.kind != "sql":
        return
    for token in _bare_names(statement):
        if token.name in statement.names:
            yield token


def _bare_names(statement: Statement) -> Iterator[Token]:
    """The columns of INSERT, the targets of SET, new columns and their aliases."""
    found, words = statement.tokens, statement.words
    if statement.starts("insert", "into"):
        _, at = path(found, 2)
        if words[at : at + 1] == ["("] and words[at + 1 : at + 2] not in (["select"], ["with"]):
            yield from (token for token in found[at + 1 : closing(found, at)] if token.is_name)
    yield from (found[at] for at in statement.targets())
    if statement.table:
        yield from (column.token for column in statement.table.columns)
    for at in statement.find("as"):
        following = found[at + 1 : at + 2]
        if following and following[0].is_name and words[at + 2 : at + 3] != ["("]:
            yield from following


def _plpgsql(word: str) -> Callable[[Statement], Iterator[Hit]]:
    def checked(statement: Statement) -> Iterator[Hit]:
        if statement.kind == "plpgsql" and statement.words[0] == word:
            yield statement.tokens[0]

    return checked


RULES = (
    Rule(
        "raise has level and format",
        _STATEMENTS,
        _raise,
        "RAISE level 'format', variable",
    ),
    Rule("raise has no using", _STATEMENTS, _raise_using, "RAISE has no USING"),
    Rule(
        "raise takes variables",
        _STATEMENTS,
        _raise_expressions,
        "the arguments of RAISE must be simple variables: assign what begins with {found} first",
    ),
    Rule(
        "diagnostics know row_count",
        _STRUCTURE,
        _diagnostics,
        "GET DIAGNOSTICS of Redshift knows ROW_COUNT, not {found}",
    ),
    Rule(
        "procedures return nothing",
        _STATEMENTS,
        _returning,
        "RETURN of a procedure has nothing behind it - use an OUT argument or a temporary table",
    ),
    Rule(
        "no perform",
        _STATEMENTS,
        _plpgsql("perform"),
        "PERFORM is none of the supported statements - use CALL, or select .. into",
    ),
    Rule("no assert", _STATEMENTS, _plpgsql("assert"), "ASSERT is not in Redshift - use IF"),
    Rule("no foreach", _STATEMENTS, _plpgsql("foreach"), "FOREACH is not in Redshift: no arrays"),
    Rule(
        "execute has no using",
        _STATEMENTS,
        _execute_using,
        "EXECUTE has no USING - put values in with quote_literal",
    ),
    Rule("no into strict", _STATEMENTS, _strict, "SELECT INTO has no STRICT - ask FOUND"),
    Rule("for counts by one", _STATEMENTS, _by, "FOR of Redshift has no BY: it counts by one"),
    Rule(
        "no directives",
        _STRUCTURE,
        _directive,
        "{found} is not in Redshift, where variables always win: name them unlike any column",
    ),
    Rule(
        "no dynamic commit",
        _STATEMENTS,
        _dynamic_commit,
        "COMMIT and ROLLBACK cannot be dynamic SQL",
    ),
    Rule(
        "variables are put in everywhere",
        _TRANSACTIONS,
        _substituted,
        'syntax error at or near "$1": {found} is a variable, and Redshift puts its value wherever'
        " the name stands - name it unlike any column",
        is_ours=True,
    ),
)
