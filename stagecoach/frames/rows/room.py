"""The room that text has in Redshift: COPY would fail for a longer value, so its row goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import UTF8_MOST, Column, Dataset
from stagecoach.frames.rows.faults import Faults


@dataclass(frozen=True)
class Room:
    """How many bytes of UTF-8 a value of a column may have."""

    column: str
    bytes: int

    @classmethod
    def of(cls, column: Column, dataset: Dataset) -> Room | None:
        """None where nothing is too long: it does not go to Redshift, or its type is as strict."""
        kind, room = column.kind, column.room
        if dataset.redshift is None or room is None or kind.base == "uuid":
            return None
        if kind.args and UTF8_MOST * kind.args[0] <= room:
            return None
        return cls(column.name, room)

    @property
    def rule(self) -> str:
        """The sentence an operator reads."""
        return f"{self.column} has {self.wanted}"

    @property
    def wanted(self) -> str:
        """What a value that is too long should have been."""
        return f"at most {self.bytes} bytes in Redshift"

    def hold(self, values: pa.StringArray, rows: Any, faults: Faults, among: Any = True) -> Any:
        """The values with null for what is too long, which is a fault of its row.

        `rows` are the indices of the values' rows; only those `among` (booleans) are at fault.
        """
        lengths = pc.binary_length(values)
        longest: Any = pc.max(lengths).as_py()
        if longest is None or longest <= self.bytes:
            return values
        long = pc.fill_null(pc.greater(lengths, self.bytes), False)
        bad = np.flatnonzero(long.to_numpy(zero_copy_only=False) & among)
        faults.add(rows[bad], self.column, self.rule, values.take(pa.array(bad)), self.wanted)
        return pc.if_else(long, pa.scalar(None, pa.string()), values)
