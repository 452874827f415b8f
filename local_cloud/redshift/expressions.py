"""Expressions and queries of Redshift in PostgreSQL's words; what needs no word stays as it is."""

from __future__ import annotations

from local_cloud.redshift import types_of
from local_cloud.redshift.calls import CALLS, CATALOG, Tokens
from local_cloud.redshift.lexing import closing

_TYPED_LITERALS = ("date", "time", "timestamp", "timestamptz", "timetz", "interval")
_NOT_FUNCTIONS = (".", "into", "table", "as", "with", "update", "join")
_SET_OPERATORS = ("union", "except", "intersect", "minus")


def render(source: str, found: Tokens) -> str:
    """The text from the first token to the last, each of them translated."""
    return _Rendering(source, found).text()


def literal(text: str) -> str:
    """A string as PostgreSQL writes it, so that a backslash is a backslash."""
    quoted = text.replace("'", "''")
    return "e'" + quoted.replace("\\", "\\\\") + "'" if "\\" in quoted else f"'{quoted}'"


class _Rendering:
    def __init__(self, source: str, found: Tokens) -> None:
        self.source, self.found = source, found
        self.pieces: dict[int, str] = {}  # by the index of the first token
        self.ends: dict[int, int] = {}  # where the source goes on after a piece
        self.before: dict[int, str] = {}  # what is put in front of a token

    def text(self) -> str:
        at = 0
        while at < len(self.found):
            text, following = self._piece(at)
            self.pieces[at] = text
            self.ends[at] = self.found[following - 1].end
            at = following
        answer, position = "", self.found[0].start if self.found else 0
        for at, text in self.pieces.items():
            gap = self.source[position : self.found[at].start]
            answer += gap + self.before.get(at, "") + text
            position = self.ends[at]
        return answer + self.before.get(len(self.found), "")

    def render(self, found: Tokens) -> str:
        return render(self.source, found)

    def _piece(self, at: int) -> tuple[str, int]:
        """What a token becomes, and the index of the one that comes next."""
        token = self.found[at]
        if token.kind == "string":
            return _string(token.text), at + 1
        if token.kind == "quoted":
            return token.text.lower(), at + 1
        if token.word == "::":
            return self._cast(at)
        if token.kind != "word":
            return token.text, at + 1
        if token.text.startswith("#"):
            return self._temporary(at), at + 1
        if self._is_call(at):
            handler = CALLS.get(token.word)
            answer = handler(self, at) if handler else None
            return answer or (token.text, at + 1)
        return self._word(at)

    def _is_call(self, at: int) -> bool:
        return self._next(at) == "(" and self._next(at - 2) not in _NOT_FUNCTIONS

    def _next(self, at: int) -> str:
        return self.found[at + 1].word if 0 <= at + 1 < len(self.found) else ""

    def _word(self, at: int) -> tuple[str, int]:
        word, previous, following = self.found[at].word, self._next(at - 2), self._next(at)
        if word == "sysdate" and previous not in (".", "as"):
            return "sysdate()", at + 1
        if word == "minus" and following in ("select", "("):
            return "except", at + 1
        if word == "approximate" and following in ("count", "percentile_disc"):
            return "", at + 1
        if word == "top" and previous in ("select", "distinct", "all") and self._counts(at + 1):
            return self._top(at)
        return self.found[at].text, at + 1

    def _counts(self, at: int) -> bool:
        """Whether a number can stand there, so that `top` is no column."""
        token = self.found[at] if at < len(self.found) else None
        return token is not None and (token.kind in ("number", "parameter") or token.word == "(")

    def _temporary(self, at: int) -> str:
        made_here = self._next(at - 2) == "into" and self._next(at - 3) != "insert"
        return ("temp " if made_here else "") + f'"{self.found[at].text.lower()}"'

    def _top(self, at: int) -> tuple[str, int]:
        """`select top 3 ..`: a limit at the end of that select."""
        end = closing(self.found, at + 1) if self._next(at) == "(" else at + 1
        number = self.render(self.found[at + 1 : end + 1])
        depth = 0
        last = end + 1
        while last < len(self.found) and depth >= 0:
            word = self.found[last].word
            if depth == 0 and (word == ")" or word in _SET_OPERATORS):
                break
            depth += {"(": 1, ")": -1}.get(word, 0)
            last += 1
        self.before[last] = f" limit {number}" + (" " if last < len(self.found) else "")
        return "", end + 1

    def _cast(self, at: int) -> tuple[str, int]:
        """`x::varchar(3)` cuts at three bytes, in silence."""
        wanted = types_of.read(self.found, at + 1)
        if wanted.bytes is not None:
            first = primary(self.found, at)
            self.before[first] = f"{CATALOG}.cut((" + self.before.get(first, "")
            return f")::text, {wanted.bytes})::{wanted.in_cast()}", wanted.end
        return f"::{wanted.in_cast()}", wanted.end


def _string(text: str) -> str:
    return f"e{text}" if "\\" in text and text[0] == "'" else text


def primary(found: Tokens, at: int) -> int:
    """Where the operand of the `::` at `at` begins."""
    first = at - 1
    while first > 0:
        first = _operand(found, first)
        if first > 1 and found[first - 1].word == "::":
            first -= 2  # a cast of a cast: what was read is a type
            continue
        break
    return max(first, 0)


def _operand(found: Tokens, at: int) -> int:
    token = found[at]
    if token.word in (")", "]"):
        return _before_parenthesis(found, _opening(found, at))
    if token.word == "end":
        return _case(found, at)
    if token.kind == "string" and at and found[at - 1].word in _TYPED_LITERALS:
        return at - 1
    if token.word in ("precision", "varying") and at:
        return at - 1
    while at > 1 and found[at - 1].word == "." and found[at - 2].is_name:
        at -= 2
    return at


def _before_parenthesis(found: Tokens, at: int) -> int:
    """The first token of what a parenthesis belongs to: a function, a window, a type."""
    if at == 0 or not found[at - 1].is_name or found[at - 1].word in _RESERVED:
        return at
    if found[at - 1].word == "over":
        return _operand(found, at - 2)
    if found[at - 1].word == "group" and found[at - 2].word == "within":
        return _operand(found, at - 3)
    return _operand(found, at - 1)


_RESERVED = {
    *("in", "and", "or", "not", "select", "where", "then", "when", "else", "on", "by", "as"),
    *("from", "case", "like", "between", "is", "exists", "any", "all", "having", "values", "using"),
    *("distinct", "limit", "return", "if", "elsif", "while"),
}


def _opening(found: Tokens, at: int) -> int:
    depth = 0
    for index in range(at, -1, -1):
        depth += {")": 1, "]": 1, "(": -1, "[": -1}.get(found[index].word, 0)
        if depth == 0:
            return index
    return 0


def _case(found: Tokens, at: int) -> int:
    depth = 0
    for index in range(at, -1, -1):
        depth += {"end": 1, "case": -1}.get(found[index].word, 0)
        if depth == 0:
            return index
    return 0
