"""The plain part of Spark SQL, reckoned by Arrow: comparisons, ranges, lists, patterns, arithmetic,
cases and days.

Most declared rules and derived columns are that plain, and a JVM costs more than all the rest of a
load. `understood` answers None for whatever it is not sure of; Spark itself reckons that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Column
from stagecoach.frames.rows import exact
from stagecoach.frames.rows.calls import CALLS, chosen
from stagecoach.frames.rows.exact import Exact, TooWide
from stagecoach.frames.rows.value import NotUnderstood, Value, need

TOKEN = re.compile(
    r"""(?P<text>'[^'\\]*'(?!')|"[^"\\]*"(?!"))
      | (?P<name>`[^`]+`)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?![\w.]))
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign><>|!=|<=|>=|[-+*/=<>(),])
      | (?P<space>\s+)""",
    re.VERBOSE | re.ASCII,
)
COMPARE = {
    "=": pc.equal, "<>": pc.not_equal, "!=": pc.not_equal,
    "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip
DIGITS = {"smallint": 5, "integer": 10}
COMPARED = {"text", "boolean", "double", "bigint", "date", "timestamp", "timestamptz"}
# Of Java's patterns only what RE2 reads alike; `$` at the end is treated below.
PATTERN = re.compile(r"\^?(?:[A-Za-z0-9 _,:;@#/=<>-]|\[\^?[A-Za-z0-9 _,:;@#/.-]+\]|\{\d+(?:,\d*)?\}"
                     r"|[()|?*+])*\$?")  # fmt: skip
# Java lets `$` stand before a last line end.
END = r"(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z"


def understood(expression: str, columns: tuple[Column, ...]) -> Value | None:
    """What an expression over these columns comes to; None when Spark has to reckon it."""
    try:
        reader = _Reader(_tokens(expression), {each.name.lower(): each for each in columns})
        value = reader.either()
        return value if reader.at_end else None
    except (NotUnderstood, TooWide):
        return None


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(expression):
        found = TOKEN.match(expression, at)
        if found is None:
            raise NotUnderstood(expression[at:])
        at = found.end()
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append((kind, found[0].lower() if kind == "word" else found[0]))
    return tokens


@dataclass
class _Reader:
    """Reads an expression from left to right; each method takes what binds more tightly first."""

    tokens: list[tuple[str, str]]
    columns: dict[str, Column]
    at: int = 0

    @property
    def at_end(self) -> bool:
        return self.at == len(self.tokens)

    def takes(self, *words: str) -> bool:
        """Whether these come next; they are passed then."""
        coming = self.tokens[self.at : self.at + len(words)]
        found = tuple(text for kind, text in coming if kind in ("word", "sign")) == words
        self.at += len(words) if found else 0
        return found

    def want(self, word: str) -> None:
        if not self.takes(word):
            raise NotUnderstood(word)

    def either(self) -> Value:
        parts = [self.both()]
        while self.takes("or"):
            parts.append(self.both())
        return _logic(pc.or_kleene, parts)

    def both(self) -> Value:
        parts = [self.negated()]
        while self.takes("and"):
            parts.append(self.negated())
        return _logic(pc.and_kleene, parts)

    def negated(self) -> Value:
        return _negated(self.negated()) if self.takes("not") else self.judged()

    def judged(self) -> Value:
        left = self.sum()
        if self.takes("is", "not", "null"):
            return Value("boolean", lambda batch: pc.is_valid(left.reckon(batch)))
        if self.takes("is", "null"):
            return Value("boolean", lambda batch: pc.is_null(left.reckon(batch)))
        denied = self.takes("not")
        found = self._judged(left)
        if found is None:
            if denied:
                raise NotUnderstood("not")
            return left
        return _negated(found) if denied else found

    def _judged(self, left: Value) -> Value | None:
        if self.takes("between"):
            low = self.sum()
            self.want("and")
            return _logic(
                pc.and_kleene, [_compared(">=", left, low), _compared("<=", left, self.sum())]
            )
        if self.takes("in"):
            return _in(left, self.listed())
        if self.takes("rlike"):
            return _like(left, self.sum())
        for sign in COMPARE:
            if self.takes(sign):
                return _compared(sign, left, self.sum())
        return None

    def listed(self) -> list[Value]:
        self.want("(")
        found = [self.sum()]
        while self.takes(","):
            found.append(self.sum())
        self.want(")")
        return found

    def sum(self) -> Value:
        left = self.product()
        while (sign := self._sign("+", "-")) is not None:
            left = _reckoned(sign, left, self.product())
        return left

    def product(self) -> Value:
        left = self.one()
        while (sign := self._sign("*", "/")) is not None:
            left = _reckoned(sign, left, self.one())
        return left

    def chosen(self) -> Value:
        """What follows `case`: conditions and values; the first condition that is true decides."""
        cases = []
        while self.takes("when"):
            condition = self.either()
            self.want("then")
            cases.append((condition, self.either()))
        other = self.either() if self.takes("else") else Value("null", lambda _: pa.scalar(None))
        self.want("end")
        return chosen(cases, other)

    def _sign(self, *signs: str) -> str | None:
        return next((sign for sign in signs if self.takes(sign)), None)

    def one(self) -> Value:
        if self.takes("("):
            inner = self.either()
            self.want(")")
            return inner
        if "case" not in self.columns and self.takes("case"):
            return self.chosen()
        negative = self.takes("-")
        if self.at_end:
            raise NotUnderstood("the end")
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return _number(f"-{text}" if negative else text)
        if negative:
            raise NotUnderstood("-")
        if kind == "text":
            scalar = pa.scalar(text[1:-1], pa.string())
            return Value("text", lambda _: scalar, literal=text[1:-1])
        return self._named(kind, text)

    def _named(self, kind: str, text: str) -> Value:
        name = text.strip("`").lower() if kind in ("word", "name") else ""
        if self.tokens[self.at : self.at + 1] == [("sign", "(")]:
            call = CALLS.get(name) if kind == "word" else None
            given = self.listed()
            if call is None or len(given) != call.takes:
                raise NotUnderstood(text)
            return call.made(*given)
        if kind == "word" and name in ("true", "false"):
            scalar = pa.scalar(name == "true")
            return Value("boolean", lambda _: scalar)
        if kind == "word" and name == "null":
            return Value("null", lambda _: pa.scalar(None))
        if name not in self.columns:
            raise NotUnderstood(text)
        return _column(self.columns[name])


def _column(column: Column) -> Value:
    kind, name = column.kind, column.name
    if kind.base in DIGITS:
        type_ = Exact(DIGITS[kind.base], 0)
        return Value("exact", lambda batch: exact.units_of(batch[name]), type_, whole=True)
    if kind.base == "numeric":
        type_ = Exact(*kind.size)
        return Value("exact", lambda batch: exact.units_of(batch[name]), type_)
    known = {"text": "text", "varchar": "text", "uuid": "text", "time": "text", "json": "text"}
    return Value(known.get(kind.base, kind.base), lambda batch: batch[name])


def _number(text: str) -> Value:
    scalar = exact.literal(text)
    type_ = Exact.of(text)
    # More digits are a bigint of Spark's.
    whole = type_.scale == 0 and type_.precision < DIGITS["integer"]
    return Value("exact", lambda _: scalar, type_, text, whole)


def _logic(join: Callable[[Any, Any], Any], parts: list[Value]) -> Value:
    if len(parts) == 1:
        return parts[0]
    need(all(part.kind == "boolean" for part in parts))
    return Value("boolean", lambda batch: reduce(join, (part.reckon(batch) for part in parts)))


def _negated(value: Value) -> Value:
    need(value.kind == "boolean")
    return Value("boolean", lambda batch: pc.invert(value.reckon(batch)))


def _compared(sign: str, left: Value, right: Value) -> Value:
    compare = COMPARE[sign]
    if left.type is not None and right.type is not None:
        scale = max(left.type.scale, right.type.scale)
        a = partial(exact.rescaled, exact=left.type, scale=scale)
        b = partial(exact.rescaled, exact=right.type, scale=scale)
        for side in (left.type, right.type):
            Exact(side.precision + scale - side.scale, scale)
        return Value(
            "boolean", lambda batch: compare(a(left.reckon(batch)), b(right.reckon(batch)))
        )
    left, right = _alike(left, right), _alike(right, left)
    need(left.kind == right.kind and left.kind in COMPARED)
    return Value("boolean", lambda batch: compare(left.reckon(batch), right.reckon(batch)))


def _alike(one: Value, other: Value) -> Value:
    """A literal number as the kind that it is compared with."""
    if one.type is None or one.literal is None or other.kind not in ("double", "bigint"):
        return one
    if other.kind == "bigint":
        need(one.type.scale == 0)
        return Value("bigint", one.reckon)
    scalar = pa.scalar(float(one.literal), pa.float64())
    return Value("double", lambda _: scalar)


def _in(left: Value, items: list[Value]) -> Value:
    need(all(item.literal is not None for item in items))
    return _logic(pc.or_kleene, [_compared("=", left, item) for item in items])


def _like(left: Value, pattern: Value) -> Value:
    text = pattern.literal
    if left.kind != "text" or pattern.kind != "text" or not text or not PATTERN.fullmatch(text):
        raise NotUnderstood
    translated = text[:-1] + END if text.endswith("$") else text
    try:
        pc.match_substring_regex(pa.array([""]), translated)
    except pa.ArrowInvalid:
        raise NotUnderstood from None
    return Value("boolean", lambda batch: pc.match_substring_regex(left.reckon(batch), translated))


def _reckoned(sign: str, left: Value, right: Value) -> Value:
    one, other = left.type, right.type
    if one is None or other is None:
        raise NotUnderstood(sign)
    # Two integers are reckoned with as integers, which may overflow, or divided as doubles.
    need(one.scale > 0 or other.scale > 0)
    reckon = exact.reckoning(sign, one, other)
    return Value(
        "exact",
        lambda batch: reckon(left.reckon(batch), right.reckon(batch)),
        exact.total(sign, one, other),
    )
