"""What is wrong with the rows of one batch, gathered column by column, kept row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

FAULT = pa.struct([(name, pa.string()) for name in ("column", "rule", "found", "wanted")])
NAMED_PER_ROW = 5
FOUND_CHARACTERS = 200


@dataclass
class Faults:
    """The faults of a batch of `size` rows; a row keeps its first five."""

    size: int
    _rows: list[Any] = field(default_factory=list)
    _faults: list[pa.StructArray] = field(default_factory=list)

    def add(self, rows: Any, column: str | None, rule: str, found: pa.Array, wanted: str) -> None:
        """Say that each of `rows` (indices) breaks `rule`; `found` has one text per row."""
        count = len(rows)
        if count == 0:
            return
        texts = [pa.repeat(pa.scalar(text, pa.string()), count) for text in (column, rule, wanted)]
        shown = pc.utf8_slice_codeunits(found.cast(pa.string()), 0, FOUND_CHARACTERS)
        fields = [texts[0], texts[1], shown, texts[2]]
        self._rows.append(np.asarray(rows, dtype=np.int64))
        self._faults.append(pa.StructArray.from_arrays(fields, fields=list(FAULT)))

    def __bool__(self) -> bool:
        return bool(self._rows)

    def broken(self) -> Any:
        """A boolean per row: whether anything is wrong with it."""
        mask = np.zeros(self.size, dtype=bool)
        for rows in self._rows:
            mask[rows] = True
        return mask

    def as_lists(self) -> pa.Array:
        """One list of faults per row, null where the row is sound."""
        kind = pa.list_(FAULT)
        if not self._rows:
            return pa.nulls(self.size, kind)
        rows = np.concatenate(self._rows)
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        first = np.searchsorted(rows, rows)
        named = np.arange(len(rows)) - first < NAMED_PER_ROW
        rows, order = rows[named], order[named]
        faults = pa.concat_arrays(self._faults).take(pa.array(order))
        counts = np.bincount(rows, minlength=self.size)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        missing = np.append(counts == 0, False)
        return pa.ListArray.from_arrays(pa.array(offsets, mask=missing), faults).cast(kind)
