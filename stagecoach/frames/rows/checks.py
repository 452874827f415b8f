"""Derived columns and declared rules over one batch, where Arrow can reckon all of them.

The same as `rules` does with Spark, to the letter; a test holds one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Column, Dataset, Rule
from stagecoach.frames.rows import conditions, exact, naming
from stagecoach.frames.rows.casting import INTEGERS, strict
from stagecoach.frames.rows.exact import Exact, TooWide
from stagecoach.frames.rows.faults import Faults
from stagecoach.frames.rows.kinds import GOOD, REJECTED
from stagecoach.frames.rows.meanings import Meant
from stagecoach.frames.rows.room import Room
from stagecoach.frames.rows.value import NotUnderstood, Value


def tallied(dataset: Dataset) -> dict[str, Rule]:
    """The rules whose broken rows are counted, by the column that says so."""
    counted = [rule for rule in dataset.rules if rule.action in ("warn", "fail")]
    return {f"_tally_{place}": rule for place, rule in enumerate(counted)}


@dataclass(frozen=True)
class Checks:
    """What is reckoned for each batch of a dataset; travels to the workers."""

    dataset: Dataset
    meanings: Mapping[str, Meant] = field(default_factory=dict)

    @classmethod
    def of(cls, dataset: Dataset, meanings: Mapping[str, Meant] | None = None) -> Checks | None:
        """None where Spark has to reckon one of them."""
        found = cls(dataset, meanings or {})
        try:
            found._derived, found._rules  # noqa: B018 - reads every expression
        except (NotUnderstood, TooWide):
            return None
        return found

    @cached_property
    def _derived(self) -> list[_Derived | Meant]:
        known = self.dataset.file_columns
        found: list[_Derived | Meant] = []
        for column in self.dataset.derived_columns:
            meant = self.meanings.get(column.name)
            found.append(meant or _Derived.of(column, known, self.dataset))
            known = (*known, column)
        return found

    @cached_property
    def _rules(self) -> list[_Checked]:
        tallies = {rule.name: name for name, rule in tallied(self.dataset).items()}
        return [
            _Checked(
                rule,
                _condition(rule, self.dataset),
                naming.named(rule.check, self.dataset.columns),
                tallies.get(rule.name),
            )
            for rule in self.dataset.rules
        ]

    def __call__(
        self, columns: Mapping[str, pa.Array], kinds: Any, faults: Faults
    ) -> dict[str, pa.Array]:
        """The derived columns, and a boolean column for each of `tallied`.

        `kinds` says what each line is so far; what breaks a rule is added to `faults`.
        """
        known = dict(columns)
        for derived in self._derived:
            known[derived.column.name] = derived.value(known, kinds, faults)
        found = {name: known[name] for name in known if name not in columns}
        for each in self._rules:
            rule, named = each.rule, each.named
            broken = ~_numpy(each.condition.reckon(known), len(kinds), missing=True)
            if rule.action != "warn":
                rows = np.flatnonzero(broken & (kinds <= REJECTED))
                shown = naming.shown(named, known, rows)
                faults.add(rows, naming.heading(named), rule.name, shown, rule.check)
            if each.tally is not None:
                found[each.tally] = pa.array(broken & (kinds == GOOD))
        return found


@dataclass(frozen=True)
class _Checked:
    """A rule read once: its condition, the columns that it names, the column of its tally."""

    rule: Rule
    condition: Value
    named: tuple[Column, ...]
    tally: str | None


def _condition(rule: Rule, dataset: Dataset) -> Value:
    value = conditions.understood(rule.check, dataset.columns)
    if value is None or value.kind != "boolean":
        raise NotUnderstood(rule.check)
    return value


@dataclass(frozen=True)
class _Derived:
    """A derived column: what it is reckoned from, and how that is made to fit its type."""

    column: Column
    origin: Value
    required: bool
    room: Room | None

    @classmethod
    def of(cls, column: Column, known: tuple[Column, ...], dataset: Dataset) -> _Derived:
        """Raises NotUnderstood, or TooWide."""
        origin = conditions.understood(column.derive or "", known)
        if origin is None or not _fits(column, origin):
            raise NotUnderstood(column.derive)
        required = not column.nullable or column.name in dataset.key
        return cls(column, origin, required, Room.of(column, dataset))

    def value(self, columns: Mapping[str, pa.Array], kinds: Any, faults: Faults) -> pa.Array:
        """The column; what does not fit its type is null, and a fault."""
        size, name, wanted = len(kinds), self.column.name, strict(self.column)
        origin = _whole(self.origin.reckon(columns), size)
        value = _fitted(self.column, self.origin, origin)
        given = origin.is_valid().to_numpy(zero_copy_only=False)
        fits = value.is_valid().to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(given & ~fits & (kinds <= REJECTED))
        shown = _shown(origin.take(pa.array(rows)), self.origin.type)
        faults.add(rows, name, wanted.rule(name), shown, wanted.wanted)
        if self.room is not None:
            value = self.room.hold(value, np.arange(size), faults, kinds <= REJECTED)
        if self.required:
            rows = np.flatnonzero(~given & (kinds == GOOD))
            nothing = pa.nulls(len(rows), pa.string())
            faults.add(rows, name, f"{name} is given", nothing, "a value")
        return value


def _fits(column: Column, origin: Value) -> bool:
    """Whether `_fitted` knows how; numbers that may need more digits raise TooWide."""
    base = column.kind.base
    if origin.type is None:
        return base == origin.kind or (base == "varchar" and origin.kind == "text")
    if base in INTEGERS:
        return origin.type.scale == 0
    if base != "numeric":
        return False
    wanted = Exact(*column.kind.size)
    Exact(origin.type.precision + max(0, wanted.scale - origin.type.scale), 0)
    return True


def _fitted(column: Column, origin: Value, values: pa.Array) -> pa.Array:
    kind = column.kind
    if kind.base == "varchar" and kind.args:
        return pc.if_else(
            pc.less_equal(pc.utf8_length(values), kind.args[0]),
            values,
            pa.scalar(None, pa.string()),
        )
    if origin.type is None:
        return values
    if kind.base == "numeric":
        wanted = Exact(*kind.size)
        return exact.decimals(exact.rounded(values, origin.type, wanted), wanted)
    arrow = INTEGERS[kind.base]
    least, most = np.iinfo(arrow.to_pandas_dtype()).min, np.iinfo(arrow.to_pandas_dtype()).max
    inside = pc.and_(pc.greater_equal(values, int(least)), pc.less_equal(values, int(most)))
    return pc.cast(pc.if_else(inside, values, pa.scalar(None, pa.int64())), arrow)


def _shown(values: pa.Array, number: Exact | None) -> pa.Array:
    """Values as Spark writes them."""
    if number is None:
        return values.cast(pa.string())
    texts = (format(Decimal(value).scaleb(-number.scale), "f") for value in values.to_pylist())
    return pa.array(texts, pa.string())


def _whole(value: Any, size: int) -> pa.Array:
    """A literal once for every row."""
    return pa.repeat(value, size) if isinstance(value, pa.Scalar) else value


def _numpy(value: Any, size: int, missing: bool) -> Any:
    return pc.fill_null(_whole(value, size), missing).to_numpy(zero_copy_only=False)
