"""The rows of a dataset that is looked up, read from its clean files by Arrow alone.

Which of several rows of one key counts is what the merge would have said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stagecoach.dataset import Dataset
from stagecoach.frames import objects
from stagecoach.frames.rows.casting import strict

LOAD, ROW = "_load", "_row_no"


@dataclass(frozen=True)
class Rows:
    """The rows that loads of a dataset brought; `clean` is the folder of its loads."""

    dataset: Dataset
    loads: tuple[str, ...]
    clean: str

    def read(self, columns: Sequence[str]) -> pa.Table:
        """One row for each key: the key, then these columns.

        A load without rows has no files. Raises Unavailable where S3 does not answer.
        """
        [key] = self.dataset.key
        order, flag = self.dataset.load.order_by, self.dataset.load.deleted_when
        others = [name for name in (*columns, order, flag) if name and name != key]
        wanted = list(dict.fromkeys([key, *others]))
        parts = [
            part.append_column(LOAD, pa.repeat(pa.scalar(place), len(part)))
            for place, load in enumerate(self.loads)
            for part in self._parts(load, wanted)
        ]
        kept = list(dict.fromkeys([key, *columns]))
        if not parts:
            return self._nothing(kept)
        rows = _winners(pa.concat_tables(parts), key, order, self.dataset.load.mode == "append")
        if flag is not None:
            rows = rows.filter(pc.invert(pc.fill_null(rows[flag], False)))
        return rows.select(kept)

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.dataset.name

    def _parts(self, load: str, columns: list[str]) -> list[pa.Table]:
        uris = objects.below(f"{self.clean}/_load_id={load}", ".parquet")
        return [_read(uri, self._typed(columns)) for uri in uris]

    def _typed(self, columns: list[str]) -> pa.Schema:
        by_name = {column.name: column for column in self.dataset.columns}
        return pa.schema([pa.field(name, strict(by_name[name]).arrow) for name in columns])

    def _nothing(self, columns: list[str]) -> pa.Table:
        return self._typed(columns).empty_table()


def _read(uri: str, schema: pa.Schema) -> pa.Table:
    """The columns of a file as they are declared; one that the file lacked is null."""
    file = pq.ParquetFile(pa.BufferReader(objects.read(uri)))
    there = [name for name in schema.names if name in file.schema_arrow.names]
    found = file.read([*there, ROW])
    whole = [
        found[field.name].cast(field.type)
        if field.name in there
        else pa.chunked_array([pa.nulls(len(found), field.type)])
        for field in schema
    ]
    return pa.table([*whole, found[ROW]], names=[*schema.names, ROW])


def _winners(rows: pa.Table, key: str, order: str | None, first: bool) -> pa.Table:
    """The row of each key that counts: by `order`, then the last; of an append the first."""
    by = [(LOAD, "descending" if first else "ascending"), (ROW, "ascending")]
    if order:
        by.insert(1 if first else 0, (order, "ascending"))
    rows = rows.take(pc.sort_indices(rows, sort_keys=by, null_placement="at_start"))
    keys = rows[key].combine_chunks()
    codes = keys.dictionary_encode().indices.to_numpy()
    last = np.full(len(keys.unique()), -1)
    last[codes] = np.arange(len(codes))  # the last assignment of a place is what stays
    return rows.take(pa.array(np.sort(last)))
