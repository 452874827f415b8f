"""Procedures: their heads, and the transactions that they do not end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from local_cloud.redshift.lexing import Token, by_commas, closing
from local_cloud.redshift.rules.rule import Hit, Rule, Statement

_CREATE = "r_CREATE_PROCEDURE.html"
_LIMITS = "stored-procedure-constraints.html"
_TRANSACTIONS = "stored-procedure-transaction-management.html"


def _head(statement: Statement) -> list[tuple[Token, ...]] | None:
    """The arguments of a `create procedure`; None for another statement."""
    if statement.words[:1] != ["create"] or "procedure" not in statement.words[:4]:
        return None
    if "(" not in statement.words:
        return None
    opened = statement.words.index("(")
    inside = statement.tokens[opened + 1 : closing(statement.tokens, opened)]
    return [part for part in by_commas(inside) if part] if inside else []


def _words_of_head(*wanted: str) -> Callable[[Statement], Iterator[Hit]]:
    def checked(statement: Statement) -> Iterator[Hit]:
        if _head(statement) is not None:
            yield from statement.at(*wanted)

    return checked


def _many_arguments(statement: Statement) -> Iterator[Hit]:
    given = _head(statement) or []
    outs = sum(any(token.word in ("out", "inout") for token in part[:2]) for part in given)
    ins = sum(all(token.word != "out" for token in part[:2]) for part in given)
    if ins > 32 or outs > 32:
        yield statement.tokens[0]


def _defaults(statement: Statement) -> Iterator[Hit]:
    for part in _head(statement) or []:
        yield from (token for token in part if token.word in ("default", "=", ":="))


def _variadic(statement: Statement) -> Iterator[Hit]:
    for part in _head(statement) or []:
        yield from (token for token in part[:2] if token.word == "variadic")


def _language(statement: Statement) -> Iterator[Hit]:
    if _head(statement) is not None:
        for at in statement.find("language"):
            if statement.words[at + 1 : at + 2] != ["plpgsql"]:
                yield statement.tokens[min(at + 1, len(statement.tokens) - 1)]


def _dollar(statement: Statement) -> Iterator[Hit]:
    if _head(statement) is not None and all(each.kind != "dollar" for each in statement.tokens):
        yield statement.tokens[0]


def _in_body(*wanted: str) -> Callable[[Statement], Iterator[Hit]]:
    """A check that no statement of a body begins so."""

    def checked(statement: Statement) -> Iterator[Hit]:
        if statement.in_body and statement.starts(*wanted):
            yield statement.tokens[0]

    return checked


def _any_in_body(*choices: tuple[str, ...]) -> Callable[[Statement], Iterator[Hit]]:
    checks = [_in_body(*words) for words in choices]
    return lambda statement: (hit for check in checks for hit in check(statement))


def _exception(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "control" and statement.words == ["exception"]:
        yield statement.tokens[0]


def _condition(statement: Statement) -> Iterator[Hit]:
    if statement.kind == "handler" and statement.words != ["others"]:
        yield statement.tokens[0]


RULES = (
    Rule(
        "no truncate in procedures",
        _TRANSACTIONS,
        _in_body("truncate"),
        "TRUNCATE commits what the procedure did so far, and cannot be invoked from a procedure"
        " that is executing in an atomic context - use DELETE",
        is_ours=True,
    ),
    Rule(
        "no commit in procedures",
        _TRANSACTIONS,
        _any_in_body(("commit",), ("rollback",), ("abort",)),
        "{found} cannot be invoked from a procedure that is executing in an atomic context: half"
        " a load would stay",
        is_ours=True,
    ),
    Rule(
        "no nonatomic procedures",
        _CREATE,
        _words_of_head("nonatomic"),
        "a NONATOMIC procedure commits each statement by itself: half a load would stay",
        is_ours=True,
    ),
    Rule(
        "no exception blocks",
        "stored-procedure-trapping-errors.html",
        _exception,
        "an exception block of Redshift rolls the whole transaction back and raises the error"
        " again: the local Redshift cannot do that - look before you change",
        is_ours=True,
    ),
    Rule(
        "only others is caught",
        "stored-procedure-trapping-errors.html",
        _condition,
        "the only condition of an exception block is OTHERS, not {found}",
    ),
    Rule(
        "no own transactions in procedures",
        _LIMITS,
        _any_in_body(
            ("vacuum",),
            ("prepare",),
            ("set", "local"),
            ("start", "transaction"),
            ("create", "database"),
            ("drop", "database"),
            ("create", "external"),
            ("begin",),
        ),
        "{found} needs a transaction of its own and is not supported in a procedure",
    ),
    Rule(
        "32 arguments",
        _LIMITS,
        _many_arguments,
        "a procedure has at most 32 input and 32 output arguments",
    ),
    Rule(
        "arguments have no defaults",
        _CREATE,
        _defaults,
        "arguments of a procedure have no defaults - pass every one",
    ),
    Rule(
        "arguments are in, out or inout",
        _CREATE,
        _variadic,
        "arguments are IN, OUT or INOUT, not {found}",
    ),
    Rule("procedures are plpgsql", _CREATE, _language, 'language "{found}" is none of procedures'),
    Rule(
        "bodies are in dollars",
        _CREATE,
        _dollar,
        "the body of a procedure stands between $$ and $$",
    ),
)
