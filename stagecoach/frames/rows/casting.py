"""Strict casts: from the text of a file to the values of a declared type, one column at a time.

Nothing is trimmed, guessed, cut or, but to the `digits` that a declaration says count, rounded.
Each cast first tries the whole column at the speed of Arrow; only a column that holds something
else is looked at value by value with a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Column, Type
from stagecoach.frames.rows import moments
from stagecoach.frames.rows.jsontext import canonical

INTEGERS = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}
FLOATS = {"real": pa.float32(), "double": pa.float64()}
INTEGER = r"^-?[0-9]+$"
DECIMAL = r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$"
FLOAT = r"^-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
UUID = r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
TRUE = pa.array(["true", "t", "yes", "y", "1"])
FALSE = pa.array(["false", "f", "no", "n", "0"])

# A cast answers the typed values and, for each, whether it is sound (None: all are).
# Where a value is not sound, or not given, the typed value is null.
Sound: TypeAlias = Any
Cast = Callable[[pa.StringArray], tuple[pa.Array, Sound]]


@dataclass(frozen=True)
class Strict:
    """How one column is cast: the Arrow type it gets, the sentence of its rule, and the cast."""

    arrow: pa.DataType
    wanted: str
    cast: Cast

    def rule(self, column: str) -> str:
        """The sentence an operator reads: `dep_time is an integer`."""
        return f"{column} {self.verb} {self.wanted}"

    @property
    def verb(self) -> str:
        """`has` for lengths, `is` for everything else."""
        return "has" if self.wanted.startswith("at most") else "is"


def strict(column: Column) -> Strict:
    """The cast of a declared column. Raises ValueError for a type that is not one of ours."""
    kind = column.kind
    if kind.base in INTEGERS:
        arrow = INTEGERS[kind.base]
        name = "an integer" if kind.base == "integer" else f"a {kind.base}"
        return Strict(arrow, name, partial(_integers, arrow=arrow))
    if kind.base in FLOATS:
        arrow = FLOATS[kind.base]
        return Strict(arrow, "a number", partial(_floats, arrow=arrow, digits=column.digits))
    if kind.base == "numeric":
        return _numeric(kind)
    if kind.base in ("date", "timestamp", "timestamptz", "time"):
        moment = moments.moment(kind.base, column.format)
        return Strict(moment.arrow, moment.wanted, moment.cast)
    return _plain(kind)


def _numeric(kind: Type) -> Strict:
    arrow = pa.decimal128(*kind.size)
    return Strict(arrow, f"a number that fits {kind.text}", partial(_decimals, arrow=arrow))


def _plain(kind: Type) -> Strict:
    if kind.base == "boolean":
        return Strict(pa.bool_(), "true or false", _booleans)
    if kind.base == "varchar" and kind.args:
        limit = kind.args[0]
        return Strict(pa.string(), f"at most {limit} characters", partial(_limited, limit=limit))
    if kind.base in ("text", "varchar"):
        return Strict(pa.string(), "text", lambda texts: (texts, None))
    if kind.base == "uuid":
        return Strict(pa.string(), "a UUID", _uuids)
    if kind.base == "json":
        return Strict(pa.string(), "a JSON value", _json)
    raise ValueError(f"{kind.text!r} is not a type that files can be cast to")


def holds(texts: pa.StringArray, *bytes_: bytes) -> bool:
    """Whether any of these bytes occurs anywhere in the column's text."""
    data = texts.buffers()[2]
    if data is None or len(texts) == 0:
        return False
    offsets = np.frombuffer(texts.buffers()[1], np.int32)
    start, end = offsets[texts.offset], offsets[texts.offset + len(texts)]
    text = data[int(start) : int(end)].to_pybytes()
    return any(byte in text for byte in bytes_)


def keep(texts: pa.StringArray, sound: pa.BooleanArray) -> pa.StringArray:
    """The texts that are sound; null for the others."""
    return pc.if_else(sound, texts, pa.scalar(None, pa.string()))


def sound_or_null(texts: pa.StringArray, sound: pa.Array) -> pa.BooleanArray:
    """Sound where the check says so, and where there is nothing to check."""
    return pc.or_(pc.is_null(texts), pc.fill_null(sound, False))


def _integers(texts: pa.StringArray, arrow: pa.DataType) -> tuple[pa.Array, Sound]:
    # Arrow reads 0x1A as 26, so the fast path is for columns without an x.
    if not holds(texts, b"x", b"X"):
        try:
            return pc.cast(texts, arrow), None
        except pa.ArrowInvalid:
            pass
    digits = pc.match_substring_regex(texts, INTEGER)
    # Leading zeros do not count against the 38 digits that decimal128 can hold.
    short = pc.replace_substring_regex(keep(texts, digits), r"^(-?)0+([0-9])", r"\1\2")
    fits = pc.less_equal(pc.utf8_length(short), 38)
    whole = pc.cast(keep(short, pc.fill_null(fits, False)), pa.decimal128(38, 0))
    least, most = _bounds(arrow)
    inside = pc.and_(pc.greater_equal(whole, least), pc.less_equal(whole, most))
    inside = pc.fill_null(inside, False)
    values = pc.cast(pc.if_else(inside, whole, pa.scalar(None, whole.type)), arrow)
    return values, sound_or_null(texts, inside)


def _bounds(arrow: pa.DataType) -> tuple[pa.Scalar, pa.Scalar]:
    info = np.iinfo(arrow.to_pandas_dtype())
    wide = pa.decimal128(38, 0)
    return pa.scalar(int(info.min)).cast(wide), pa.scalar(int(info.max)).cast(wide)


def _decimals(texts: pa.StringArray, arrow: pa.DataType) -> tuple[pa.Array, Sound]:
    if not holds(texts, b"e", b"E", b"+"):
        try:
            return pc.cast(texts, arrow), None
        except pa.ArrowInvalid:
            pass
    plain = pc.fill_null(pc.match_substring_regex(texts, DECIMAL), False)
    # Digits that say nothing are cut, so that what is left fits exactly or does not fit.
    whole, scale = arrow.precision - arrow.scale, arrow.scale
    fits = rf"^-?0*[0-9]{{0,{whole}}}(?:\.[0-9]{{0,{scale}}}0*)?$"
    sound = pc.and_(plain, pc.fill_null(pc.match_substring_regex(texts, fits), False))
    lean = pc.replace_substring_regex(keep(texts, sound), r"^(-?)0+([0-9])", r"\1\2")
    lean = pc.replace_substring_regex(lean, rf"(\.[0-9]{{{scale}}})0+$", r"\1")
    values = pc.cast(pc.replace_substring_regex(lean, r"\.$", ""), arrow)
    return values, sound_or_null(texts, sound)


def _floats(
    texts: pa.StringArray, arrow: pa.DataType, digits: int | None
) -> tuple[pa.Array, Sound]:
    values, sound = _numbers(texts, arrow)
    return (values if digits is None else significant(values, digits)), sound


def significant(values: pa.Array, digits: int) -> pa.Array:
    """The numbers with so many significant digits, rounded as `printf("%.6g")` rounds them."""
    known = values.is_valid()
    numbers = pc.cast(values.drop_null(), pa.float64()).to_numpy(zero_copy_only=False)
    rounded = np.char.mod(f"%.{digits}g", numbers).astype(np.float64)
    return pc.replace_with_mask(values, known, pa.array(rounded).cast(values.type))


def _numbers(texts: pa.StringArray, arrow: pa.DataType) -> tuple[pa.Array, Sound]:
    if not holds(texts, b"+"):
        try:
            values = pc.cast(texts, arrow)
        except pa.ArrowInvalid:
            pass
        else:
            if pc.all(pc.is_finite(values)).as_py() is not False:
                return values, None
    plain = pc.fill_null(pc.match_substring_regex(texts, FLOAT), False)
    values = pc.cast(keep(texts, plain), arrow)
    finite = pc.fill_null(pc.is_finite(values), False)
    return pc.if_else(finite, values, pa.scalar(None, arrow)), sound_or_null(texts, finite)


def _booleans(texts: pa.StringArray) -> tuple[pa.Array, Sound]:
    lower = pc.utf8_lower(texts)
    yes = pc.is_in(lower, TRUE)
    sound = pc.or_(yes, pc.is_in(lower, FALSE))
    return pc.if_else(sound, yes, pa.scalar(None, pa.bool_())), sound_or_null(texts, sound)


def _limited(texts: pa.StringArray, limit: int) -> tuple[pa.Array, Sound]:
    longest: Any = pc.max(pc.binary_length(texts)).as_py()
    if longest is None or longest <= limit:
        return texts, None
    sound = pc.less_equal(pc.utf8_length(texts), limit)
    return keep(texts, pc.fill_null(sound, False)), sound_or_null(texts, sound)


def _uuids(texts: pa.StringArray) -> tuple[pa.Array, Sound]:
    sound = pc.fill_null(pc.match_substring_regex(texts, UUID), False)
    return pc.ascii_lower(keep(texts, sound)), sound_or_null(texts, sound)


def _json(texts: pa.StringArray) -> tuple[pa.Array, Sound]:
    # JSON has no columnar check: each document is parsed once, by the C parser.
    values = pa.array(
        [None if text is None else canonical(text) for text in texts.to_pylist()], pa.string()
    )
    return values, pc.or_(pc.is_null(texts), pc.is_valid(values))
