"""Spark SQL conditions, read lightly: enough to find a misspelt column before Spark does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stagecoach.declaration.problems import did_you_mean, listed

TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*")
      | (?P<quoted>`(?:[^`]|``)+`)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[a-zA-Z]*)
      | (?P<word>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<open>\() | (?P<close>\)) | (?P<arrow>->)
      | (?P<dot>\.) | (?P<space>\s+) | (?P<other>[-+*/%=<>!,&|^~\[\]:?])""",
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset(
    """all and any anti array as asc between bigint binary boolean both by byte case cast char
    current_date current_timestamp current_time current_user date dateadd datediff day dayofweek
    days dec decimal desc distinct div double doy dow else end escape exists extract false float
    following for from hour hours ilike in int integer interval is last leading like localtimestamp
    long map microsecond microseconds millisecond milliseconds minute minutes month months not null
    nulls numeric on or overlay placing preceding quarter real regexp rlike second seconds short
    similar smallint some string struct substring symmetric then timestamp timestamp_ltz
    timestamp_ntz tinyint to trailing trim true try_cast unknown varchar void week weeks when year
    years""".split()  # noqa: SIM905 - sixty words in a list literal are sixty lines
)


def mistakes(expression: str, columns: list[str]) -> Iterator[str]:
    """What is wrong with a Spark SQL expression over these columns; one message per mistake.

    Functions are not judged (Spark knows hundreds, and adds more); words that are neither columns
    nor keywords are. Names count without regard to case, as in Spark.
    """
    tokens, stray = _tokens(expression)
    if stray is not None:
        yield f"found {stray!r} in {expression!r} - wanted Spark SQL with every quote closed"
        return
    depth = sum({"open": 1, "close": -1}.get(kind, 0) for kind, _ in tokens)
    if depth:
        missing = "closing" if depth > 0 else "opening"
        yield f"found {expression!r} with {abs(depth)} {missing} parenthesis too few"
    known = {column.lower() for column in columns}
    for word in dict.fromkeys(_names(tokens)):
        if word.lower() not in known:
            hint = did_you_mean(word, columns) or f" - wanted one of {listed(columns)}"
            yield f"{expression!r} names {word!r}, which is no column{hint}"


def _tokens(expression: str) -> tuple[list[tuple[str, str]], str | None]:
    """The tokens as (kind, text), and the first piece that is none."""
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(expression):
        found = TOKEN.match(expression, at)
        if found is None:
            return tokens, expression[at : at + 20]
        at = found.end()
        if found.lastgroup not in ("space", "comment", None):
            tokens.append((str(found.lastgroup), found[0]))
    return tokens, None


def _names(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """The words that have to be columns."""
    parameters = set(_parameters(tokens))
    for at, (kind, text) in enumerate(tokens):
        before = tokens[at - 1][0] if at else ""
        after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
        if before == "dot":
            continue
        if kind == "quoted":
            yield text[1:-1].replace("``", "`")
        elif kind == "word" and after != "open" and text.lower() not in KEYWORDS | parameters:
            yield text


def _parameters(tokens: list[tuple[str, str]]) -> Iterator[str]:
    """The names that a lambda binds: `x -> ...` and `(x, y) -> ...`."""
    for at, (kind, _) in enumerate(tokens):
        if kind != "arrow":
            continue
        for before, text in reversed(tokens[:at]):
            if before == "word":
                yield text.lower()
            if before == "open" or (before == "word" and tokens[at - 1][0] == "word"):
                break
