"""The body of a procedure as pieces: declarations, control flow, expressions, SQL statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from local_cloud.redshift.lexing import Token, path, statements, tokens

Tokens = tuple[Token, ...]
_VERBS = {
    *("raise", "execute", "return", "exit", "continue", "get", "open", "fetch", "move", "close"),
    *("null", "perform", "assert", "foreach"),
}


@dataclass(frozen=True)
class Piece:
    """`kind` is directive, declare, control, expression, handler, assignment, plpgsql or sql.

    A handler is the condition of an exception block.
    """

    kind: str
    tokens: Tokens


def body(dollar: Token) -> Tokens:
    """The tokens inside a dollar quote, standing where they stand in the whole text."""
    tag = dollar.text.index("$", 1) + 1
    return tokens(dollar.text[tag:-tag], dollar.start + tag)


def pieces(found: Tokens) -> list[Piece]:
    """What a body is made of, in its order."""
    answer: list[Piece] = []
    declaring = handling = False
    while found and found[0].text.startswith("#"):
        answer.append(Piece("directive", found[:2]))
        found = found[2:]
    for chunk in statements(found):
        rest = chunk
        while rest:
            first = rest[0].word
            if first in ("declare", "begin"):
                declaring = first == "declare"
                answer.append(Piece("control", rest[:1]))
                rest = rest[1:]
                if first == "begin" and len(chunk) == 1:
                    answer.append(Piece("sql", chunk))  # `begin;` is a transaction's
            elif declaring:
                answer.append(Piece("declare", rest))
                rest = ()
            else:
                handling = first == "exception" or (handling and first != "end")
                found_here, rest = _step(rest)
                if handling and first == "when":
                    found_here[1:] = [Piece("handler", each.tokens) for each in found_here[1:]]
                answer += found_here
    return answer


def _step(rest: Tokens) -> tuple[list[Piece], Tokens]:
    """The first pieces of a chunk, and what is left of it."""
    first = rest[0].word
    if first == "<<":
        end = next((at for at, token in enumerate(rest) if token.word == ">>"), len(rest) - 1)
        return [Piece("control", rest[: end + 1])], rest[end + 1 :]
    if first in ("if", "elsif", "elseif", "while", "when", "case", "for"):
        return _headed(rest)
    if first in ("else", "loop", "exception"):
        return [Piece("control", rest[:1])], rest[1:]
    if first == "end":
        return [Piece("control", rest)], ()
    if first in _VERBS:
        return [Piece("plpgsql", rest)], ()
    after = _assigned(rest)
    if after:
        return [Piece("assignment", rest)], ()
    return [Piece("sql", rest)], ()


def _assigned(rest: Tokens) -> int:
    """The index after `name :=` or `name =`; 0 where nothing is assigned."""
    _, at = path(rest, 0)
    return at + 1 if 0 < at < len(rest) and rest[at].word in (":=", "=") else 0


def _headed(rest: Tokens) -> tuple[list[Piece], Tokens]:
    """`if .. then`, `while .. loop`, `for x in .. loop`, `case x when`."""
    first = rest[0].word
    ends = {"while": "loop", "for": "loop", "case": "when"}.get(first, "then")
    at = _until(rest, 1, ends)
    head = rest[1:at]
    following = rest[at:] if ends == "when" else rest[at + 1 :]
    control = Piece("control", rest[:1])
    if first == "for":
        within = next((i for i, token in enumerate(head) if token.word == "in"), -1)
        head = head[within + 1 :]
        if head and head[0].word in ("select", "with"):
            return [control, Piece("sql", head)], following
        if head and head[0].word == "execute":
            return [control, Piece("plpgsql", head)], following
    return [control, *([Piece("expression", head)] if head else [])], following


def _until(rest: Tokens, at: int, wanted: str) -> int:
    depth = 0
    for index in range(at, len(rest)):
        word = rest[index].word
        if word == wanted and depth == 0:
            return index
        depth += {"(": 1, ")": -1, "case": 1, "end": -1}.get(word, 0)
    return len(rest)


def walk(found: Tokens) -> Iterator[Tokens]:
    """The SQL statements of a body."""
    for piece in pieces(found):
        if piece.kind == "sql":
            yield piece.tokens
