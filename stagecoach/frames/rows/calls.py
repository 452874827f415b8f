"""The functions of Spark SQL that Arrow reckons, and `case`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.frames.rows import dates
from stagecoach.frames.rows.exact import Exact
from stagecoach.frames.rows.value import Columns, Value, need

INTEGER = Exact(10, 0)


def _length(text: Value) -> Value:
    need(text.kind == "text")
    return Value("exact", lambda batch: pc.cast(pc.utf8_length(text.reckon(batch)), pa.int64()),
                 INTEGER, whole=True)  # fmt: skip


def _type(value: Value) -> Exact | None:
    """Whole literals are integers; by itself each has the digits that it is written with."""
    return INTEGER if value.whole and value.literal else value.type


def _made_date(year: Value, month: Value, day: Value) -> Value:
    parts = (year, month, day)
    need(all(part.whole for part in parts))
    return Value("date", lambda batch: dates.made(*(part.reckon(batch) for part in parts)))


def _moved(day: Value, by: Value, sign: int) -> Value:
    need(day.kind == "date" and by.whole)
    return Value("date", lambda batch: dates.moved(day.reckon(batch), by.reckon(batch), sign))


@dataclass(frozen=True)
class _Call:
    """A function that is understood, and how many arguments it takes."""

    takes: int
    made: Callable[..., Value]


CALLS = {
    "length": _Call(1, _length),
    "make_date": _Call(3, _made_date),
    "date_add": _Call(2, partial(_moved, sign=1)),
    "date_sub": _Call(2, partial(_moved, sign=-1)),
}


def chosen(cases: list[tuple[Value, Value]], other: Value) -> Value:
    """The value behind the first of these conditions that is true, or the other one."""
    values = [value for _, value in cases] + [other]
    kinds = {(value.kind, _type(value), value.whole) for value in values if value.kind != "null"}
    # Where the kinds differ, Spark finds one that all fit in.
    need(len(kinds) == 1 and all(condition.kind == "boolean" for condition, _ in cases))

    def reckon(batch: Columns) -> Any:
        found = other.reckon(batch)
        for condition, value in reversed(cases):
            true = pc.fill_null(condition.reckon(batch), False)
            found = pc.if_else(true, value.reckon(batch), found)
        return found

    [(kind, type_, whole)] = kinds
    return Value(kind, reckon, type_, whole=whole)
