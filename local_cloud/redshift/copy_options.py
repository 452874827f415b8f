"""The text of COPY and UNLOAD, taken apart: names, quoted text and the options of each.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_cloud.redshift.errors import Failed

SYNTAX = "42601"
_TOKEN = re.compile(
    r"""\s+ | --[^\n]* | /\*.*?\*/
    | (?P<text>'(?:[^'\\]|''|\\.)*') | \$\$(?P<dollars>.*?)\$\$
    | (?P<name>"(?:[^"]|"")*") | (?P<word>[\w$#]+) | (?P<mark>[(),.;=])""",
    re.VERBOSE | re.DOTALL,
)
_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/\S+")
_PAIRS = re.compile(r"(\w+)=([^;]+)")
_SWITCHES = {"on": True, "true": True, "off": False, "false": False, "preset": True}
_CREDENTIALS = (
    "Invalid credentials. Must be of the format: credentials 'aws_iam_role=...' or "
    "'aws_access_key_id=...;aws_secret_access_key=...[;token=...]'"
)


class Tokens:
    """The words of a statement, taken one after the other."""

    def __init__(self, sql: str) -> None:
        self._all = list(_tokens(sql))
        self._at = 0

    def peek(self) -> str:
        """The next word in lower case, or empty at the end; quoted text is not a word."""
        kind, text = self._here()
        return text.lower() if kind in ("word", "mark") else ""

    def is_text(self) -> bool:
        """Whether quoted text comes next."""
        return self._here()[0] == "text"

    def at_end(self) -> bool:
        """Whether nothing but a closing semicolon is left."""
        return self._here() in (("", ""), ("mark", ";"))

    def take(self, *words: str) -> bool:
        """Take these words if they come next."""
        ahead = [
            text.lower() for kind, text in self._all[self._at :][: len(words)] if kind != "text"
        ]
        if ahead != list(words):
            return False
        self._at += len(words)
        return True

    def need(self, *words: str) -> None:
        """Take these words. Raises Failed when something else comes."""
        if not self.take(*words):
            raise self.unexpected()

    def text(self) -> str:
        """The quoted text that must come next."""
        kind, text = self._here()
        if kind != "text":
            raise self.unexpected()
        self._at += 1
        return text

    def name(self) -> str:
        """The identifier that must come next; quoted ones are folded to lower case too."""
        kind, text = self._here()
        if kind not in ("word", "name"):
            raise self.unexpected()
        self._at += 1
        return text.lower()

    def names(self) -> list[str]:
        """A list of identifiers in brackets."""
        self.need("(")
        found = [self.name()]
        while self.take(","):
            found.append(self.name())
        self.need(")")
        return found

    def unexpected(self) -> Failed:
        """The syntax error at the next word."""
        kind, text = self._here()
        if not kind:
            return Failed("syntax error at end of input", code=SYNTAX)
        return Failed(f'syntax error at or near "{text}"', code=SYNTAX)

    def _here(self) -> tuple[str, str]:
        return self._all[self._at] if self._at < len(self._all) else ("", "")


def options(tokens: Tokens, known: Mapping[str, str]) -> dict[str, Any]:
    """What follows the source or target; `known` says what each option takes.

    text, text? (may be left out), number, size, switch (on, off or nothing), role, word, none,
    by names (PARTITION BY's).
    """
    found: dict[str, Any] = {}
    while not tokens.at_end():
        if tokens.take(","):
            continue
        word = tokens.peek()
        if word == "with" and tokens.take("with"):
            continue
        if word not in known:
            raise tokens.unexpected()
        tokens.need(word)
        if word in found:
            raise Failed("conflicting or redundant options", code=SYNTAX)
        found[word] = _argument(tokens, word, known[word])
    return found


def authorized(found: dict[str, Any]) -> str | None:
    """The role that S3 is read with, None for keys. Raises Failed where there is neither."""
    if "iam_role" in found:
        return _role(found["iam_role"])
    if "credentials" in found:
        pairs = dict(_PAIRS.findall(found["credentials"]))
        if "aws_iam_role" in pairs:
            return _role(pairs["aws_iam_role"])
        if {"aws_access_key_id", "aws_secret_access_key"} <= set(pairs):
            return None
        raise Failed(_CREDENTIALS)
    if {"access_key_id", "secret_access_key"} <= set(found):
        return None
    raise Failed(_CREDENTIALS)


def _role(told: str) -> str:
    """The role itself; of a chain of roles the first, which the cluster must have."""
    chain = told.split(",")
    if told == "default" or all(_ROLE.fullmatch(each) for each in chain):
        return chain[0]
    raise Failed(_CREDENTIALS)


def _argument(tokens: Tokens, word: str, kind: str) -> Any:
    if kind == "by names":
        tokens.need("by")
        return tokens.names()
    if kind == "none":
        return True
    tokens.take("as")
    if kind == "role":
        return "default" if tokens.take("default") else tokens.text()
    if kind == "text" or (kind == "text?" and tokens.is_text()):
        return tokens.text()
    if kind == "number":
        return _number(tokens, word)
    if kind == "size":
        return _size(tokens)
    if kind == "word":
        return tokens.text().lower() if tokens.is_text() else tokens.name()
    if kind == "switch" and tokens.peek() in _SWITCHES:
        return _SWITCHES[tokens.name()]
    return True


def _number(tokens: Tokens, word: str) -> int:
    told = tokens.text() if tokens.is_text() else tokens.name()
    if not told.isdigit():
        raise Failed(f"{word.upper()} value must be a number, not {told}", code=SYNTAX)
    return int(told)


def _size(tokens: Tokens) -> float:
    """Megabytes; the unit may be MB or GB and is MB by default."""
    whole = tokens.name()
    if tokens.take("."):
        whole += f".{tokens.name()}"
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(mb|gb)?", whole)
    if number is None:
        raise tokens.unexpected()
    unit = number[2] or (tokens.name() if tokens.peek() in ("mb", "gb") else "mb")
    return float(number[1]) * (1024 if unit == "gb" else 1)


def _tokens(sql: str) -> Any:
    at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        if found is None:
            raise Failed(f'syntax error at or near "{sql[at]}"', code=SYNTAX)
        at = found.end()
        if found["text"] is not None:
            yield "text", re.sub(r"''|\\\\'", "'", found["text"][1:-1])
        elif found["dollars"] is not None:
            yield "text", found["dollars"]
        elif found["name"] is not None:
            yield "name", found["name"][1:-1].replace('""', '"')
        elif found["word"] or found["mark"]:
            yield ("word", found["word"]) if found["word"] else ("mark", found["mark"])
