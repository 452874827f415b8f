"""A part of an expression of Spark SQL that Arrow reckons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from stagecoach.frames.rows.exact import Exact

Columns: TypeAlias = Mapping[str, pa.Array]
# The columns of a batch -> an array, or a scalar of a literal.
Reckon: TypeAlias = Callable[[Columns], Any]


class NotUnderstood(ValueError):
    """The expression is left to Spark."""


@dataclass(frozen=True)
class Value:
    """A part of an expression: its kind, how it is reckoned, and its text where it is a literal.

    Kinds: `exact` (of a type), `bigint`, `double`, `text`, `boolean`, `null`; others by their name.
    `whole` is what Spark has as an integer, never as a decimal.
    """

    kind: str
    reckon: Reckon
    type: Exact | None = None
    literal: str | None = None
    whole: bool = False


def need(sure: bool) -> None:
    """Raises NotUnderstood unless sure."""
    if not sure:
        raise NotUnderstood
