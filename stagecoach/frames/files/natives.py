"""Values that come as their column's own type, or as one that is the same value in it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.frames.rows.moments import YEAR_1, YEAR_10000

DAY_US = 86_400_000_000


def native(values: pa.Array, arrow: pa.DataType) -> pa.Array | None:
    """The values as the column's type; None where one of them has to be looked at as text.

    NaN is null: it says that there is no number.
    """
    kind = values.type
    if pa.types.is_string(arrow) or pa.types.is_nested(kind):
        return None
    if pa.types.is_floating(kind):
        values = without_nan(values)
    for is_like, convert in WAYS:
        if is_like(kind, arrow):
            try:
                return convert(values, arrow)
            except pa.ArrowInvalid:
                return None
    return None


def without_nan(values: pa.Array) -> pa.Array:
    """Null for NaN."""
    return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)


def _whole(kind: pa.DataType, arrow: pa.DataType) -> bool:
    is_number = pa.types.is_integer(kind) or kind in (pa.float32(), pa.float64())
    return bool(is_number and pa.types.is_integer(arrow))


def _moment(kind: pa.DataType, arrow: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) and pa.types.is_timestamp(arrow))


def _same(kind: pa.DataType, arrow: pa.DataType) -> bool:
    plain = (pa.bool_(), pa.date32(), pa.float32(), pa.float64())
    decimals = pa.types.is_decimal(kind) and pa.types.is_decimal(arrow)
    return (kind == arrow and kind in plain) or decimals


def _as_whole(values: pa.Array, arrow: pa.DataType) -> pa.Array:
    """Raises ArrowInvalid for a fraction, and for a number that has no room."""
    return pc.cast(values, arrow)


def _as_moment(values: pa.Array, arrow: pa.DataType) -> pa.Array:
    """With a zone or without: what is kept is the instant in UTC. Raises ArrowInvalid."""
    micros = pc.cast(values, pa.timestamp("us", values.type.tz)).cast(pa.int64())
    if _outside(micros, YEAR_1, YEAR_10000):
        raise pa.ArrowInvalid("a year that is none of ours")
    return micros.cast(arrow)


def _as_same(values: pa.Array, arrow: pa.DataType) -> pa.Array:
    """Raises ArrowInvalid for what the column's type has not."""
    if pa.types.is_floating(arrow) and pc.all(pc.is_finite(values)).as_py() is False:
        raise pa.ArrowInvalid("infinity is no number")
    if pa.types.is_date32(arrow):
        days = values.cast(pa.int32()).cast(pa.int64())
        if _outside(days, YEAR_1 // DAY_US, YEAR_10000 // DAY_US):
            raise pa.ArrowInvalid("a year that is none of ours")
    return pc.cast(values, arrow)


def _outside(numbers: pa.Array, least: np.int64, end: np.int64) -> bool:
    span = pc.min_max(numbers)
    low, high = span["min"].as_py(), span["max"].as_py()
    return low is not None and (low < least or high >= end)


WAYS = ((_whole, _as_whole), (_moment, _as_moment), (_same, _as_same))
