"""Whole and decimal numbers as Spark SQL reckons with them, in 64-bit integers, column-wise.

A number is its digits without the point (`units`), null where it is null, and a type: precision and
scale. Precisions and scales of results are those of Spark's DecimalPrecision; rounding is half up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST = 18  # digits that always fit 64 bits
LEAST_SCALE = 6  # of a quotient


class TooWide(ValueError):
    """The reckoning needs more digits than there is room for."""


@dataclass(frozen=True)
class Exact:
    """The type of a number: `precision` digits, `scale` of them behind the point."""

    precision: int
    scale: int

    def __post_init__(self) -> None:
        if self.precision > MOST:
            raise TooWide(self.precision)

    @classmethod
    def of(cls, text: str) -> Exact:
        """The type of a literal: `60.0` has three digits, one behind the point."""
        _, digits, exponent = Decimal(text).as_tuple()
        scale = -int(exponent)
        return cls(max(len(digits), scale), scale)


Units: TypeAlias = Any  # an Arrow array, or a scalar of a literal


def units_of(value: pa.Array) -> pa.Array:
    """The units of an integer or decimal column of at most eighteen digits."""
    if pa.types.is_decimal(value.type):
        # The bytes of a decimal are its units; only the type says where the point is.
        whole = pa.decimal128(38, 0)
        value = pa.Array.from_buffers(whole, len(value), value.buffers(), offset=value.offset)
    return pc.cast(value, pa.int64())


def decimals(units: pa.Array, exact: Exact) -> pa.Array:
    """Units as a decimal128 column of that type."""
    whole = pc.cast(pc.cast(units, pa.decimal128(19, 0)), pa.decimal128(38, 0))
    return pa.Array.from_buffers(
        pa.decimal128(exact.precision, exact.scale), len(whole), whole.buffers()
    )


def literal(text: str) -> pa.Scalar:
    """The units of a literal."""
    exact = Exact.of(text)
    return pa.scalar(int(Decimal(text).scaleb(exact.scale)), pa.int64())


def rescaled(units: Units, exact: Exact, scale: int) -> Units:
    """The same numbers with more digits behind the point."""
    Exact(exact.precision + scale - exact.scale, scale)
    return units if scale == exact.scale else pc.multiply(units, 10 ** (scale - exact.scale))


def total(operator: str, left: Exact, right: Exact) -> Exact:
    """The type of a sum, difference, product or quotient."""
    if operator == "*":
        return Exact(left.precision + right.precision + 1, left.scale + right.scale)
    if operator == "/":
        scale = max(LEAST_SCALE, left.scale + right.precision + 1)
        return Exact(left.precision - left.scale + right.scale + scale, scale)
    scale = max(left.scale, right.scale)
    whole = max(left.precision - left.scale, right.precision - right.scale)
    return Exact(whole + scale + 1, scale)


def reckoning(operator: str, left: Exact, right: Exact) -> Callable[[Units, Units], Units]:
    """What does it, for units of these types. Raises TooWide."""
    result = total(operator, left, right)
    if operator == "*":
        return lambda a, b: pc.multiply(a, b)
    if operator == "/":
        shift = result.scale - left.scale + right.scale
        Exact(left.precision + shift, 0)
        return lambda a, b: divided(pc.multiply(a, 10**shift), b)
    reckon = pc.add if operator == "+" else pc.subtract
    return lambda a, b: reckon(rescaled(a, left, result.scale), rescaled(b, right, result.scale))


def divided(dividend: Units, divisor: Units) -> pa.Array:
    """Quotients, rounded half up; null where the divisor is zero."""
    given = pc.and_(pc.is_valid(dividend), pc.is_valid(divisor))
    given = pc.and_(given, pc.fill_null(pc.not_equal(divisor, 0), False))
    above = _filled(dividend, 0)
    below = np.where(_filled(divisor, 1) == 0, 1, _filled(divisor, 1))
    quotient = np.abs(above) // np.abs(below)
    quotient += 2 * (np.abs(above) - quotient * np.abs(below)) >= np.abs(below)
    signed = np.where((above < 0) != (below < 0), -quotient, quotient)
    sound = np.broadcast_to(np.asarray(_numpy(given)), signed.shape)
    return pa.array(signed, pa.int64(), mask=~sound)


def rounded(units: pa.Array, exact: Exact, wanted: Exact) -> pa.Array:
    """Units of another type, rounded half up; null where the number has too many digits."""
    if wanted.scale >= exact.scale:
        Exact(exact.precision + wanted.scale - exact.scale, wanted.scale)
        moved = pc.multiply(units, 10 ** (wanted.scale - exact.scale))
    else:
        moved = divided(units, pa.scalar(10 ** (exact.scale - wanted.scale), pa.int64()))
    fits = pc.less(pc.abs(moved), 10**wanted.precision)
    return pc.if_else(fits, moved, pa.scalar(None, pa.int64()))


def _filled(value: Units, missing: int) -> Any:
    return _numpy(pc.fill_null(value, missing))


def _numpy(value: Units) -> Any:
    if isinstance(value, pa.Scalar):
        return np.array([value.as_py()])
    return value.to_numpy(zero_copy_only=False)
