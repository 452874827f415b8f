"""Redshift's SQL as tokens that remember where they stand, so that the rest stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

REMEMBERED = 20_000  # characters: longer statements are rows, and come once
_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>--[^\n]*)
  | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)
  | (?P<string>[eE]?'(?:[^'\\]|''|\\.)*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[#A-Za-z_\u0080-\U0010ffff][\w$\u0080-\U0010ffff]*)
  | (?P<parameter>\$\d+|(?<![:\w]):[A-Za-z_]\w*)
  | (?P<operator>::|:=|\|\||<=|>=|<>|!=|=>|\.\.|<<|>>|!~~?\*?|~~?\*?|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL: `kind` is word, quoted, string, dollar, number, parameter or operator."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next character of the text is."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword or plain name in lower case; an operator as it is; else nothing."""
        if self.kind == "word":
            return self.text.lower()
        return self.text if self.kind == "operator" else ""

    @property
    def name(self) -> str:
        """What a name names: Redshift folds quoted names to lower case as well."""
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"').lower()
        return self.text.lower()

    @property
    def is_name(self) -> bool:
        """Whether this can be a name."""
        return self.kind in ("word", "quoted")


def tokens(sql: str, start: int = 0) -> tuple[Token, ...]:
    """Every token of a text whose first character stands at `start`; no blanks, no comments."""
    return _remembered(sql, start) if len(sql) < REMEMBERED else tuple(_tokens(sql, start))


@lru_cache(maxsize=256)
def _remembered(sql: str, start: int) -> tuple[Token, ...]:
    return tuple(_tokens(sql, start))


def _tokens(sql: str, start: int) -> Iterator[Token]:
    at = 0
    while at < len(sql):
        if sql.startswith("/*", at):
            at = _comment_end(sql, at)
            continue
        found = _PATTERN.match(sql, at)
        if found is None:  # the last alternative is any character
            raise AssertionError(sql[at : at + 20])
        kind = "dollar" if found["dollar"] else str(found.lastgroup)
        if kind not in ("space", "comment"):
            yield Token(kind, found.group(), start + at)
        at = found.end()


def _comment_end(sql: str, at: int) -> int:
    """Where a comment ends; comments nest."""
    depth = 0
    for found in re.compile(r"/\*|\*/").finditer(sql, at):
        depth += 1 if found.group() == "/*" else -1
        if depth == 0:
            return found.end()
    return len(sql)


def statements(found: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """The tokens of each statement, without its semicolon; empty ones are left out."""
    parts: list[tuple[Token, ...]] = []
    begun = 0
    for at, token in enumerate(found):
        if token.word == ";":
            parts.append(found[begun:at])
            begun = at + 1
    parts.append(found[begun:])
    return [part for part in parts if part]


def closing(found: tuple[Token, ...], at: int) -> int:
    """The index of the parenthesis that closes the one at `at`; the last index where none does."""
    depth = 0
    for index in range(at, len(found)):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(found[index].word, 0)
        if depth == 0:
            return index
    return len(found) - 1


def arguments(found: tuple[Token, ...], at: int) -> list[tuple[Token, ...]]:
    """What stands between the commas of the parenthesis that opens at `at`."""
    inside = found[at + 1 : closing(found, at)]
    return by_commas(inside) if inside else []


def by_commas(found: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Split at the commas outside of any parenthesis."""
    parts: list[tuple[Token, ...]] = []
    begun = depth = 0
    for at, token in enumerate(found):
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(token.word, 0)
        if token.word == "," and depth == 0:
            parts.append(found[begun:at])
            begun = at + 1
    return [*parts, found[begun:]]


def words(found: tuple[Token, ...]) -> list[str]:
    """The words and operators, in lower case; "" where a literal stands."""
    return [token.word for token in found]


def starts(found: tuple[Token, ...], *wanted: str) -> bool:
    """Whether a statement starts with these words."""
    return [token.word for token in found[: len(wanted)]] == list(wanted)


def path(found: tuple[Token, ...], at: int) -> tuple[list[str], int]:
    """The dotted name that begins at `at`, and the index after it."""
    if at >= len(found) or not found[at].is_name:
        return [], at
    names = [found[at].name]
    while at + 2 < len(found) and found[at + 1].word == "." and found[at + 2].is_name:
        names.append(found[at + 2].name)
        at += 2
    return names, at + 1


def depths(found: tuple[Token, ...]) -> list[int]:
    """How many parentheses are open before each token."""
    depth, answer = 0, []
    for token in found:
        depth -= token.word in (")", "]")
        answer.append(depth)
        depth += token.word in ("(", "[")
    return answer
