"""Parquet files: what comes typed is written as text and then held to the declaration as text is.

So a file's column may have another type than the table's, and a value that does not fit is a
rejected row. Rows are numbered from 1 in the file's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - as everywhere
from pyspark.sql.types import ArrayType, DecimalType, MapType, StructField, StructType

from stagecoach.dataset import Dataset
from stagecoach.frames.rows.batches import Batch, Field
from stagecoach.frames.rows.faults import Faults

# From here on BigDecimal writes small numbers with an exponent.
PLAIN_SCALE = 6


@dataclass(frozen=True)
class TypedPlan:
    """How the rows of a Parquet file are judged; travels to the workers."""

    fields: tuple[Field, ...]

    def with_raw(self) -> TypedPlan:
        """The same: there is no raw text to keep."""
        return self

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Judge a partition: the shape that `mapInArrow` wants."""
        for batch in batches:
            size = batch.num_rows
            faults = Faults(size)
            columns = {field.place: batch.column(field.place) for field in self.fields}
            for field in self.fields:
                _refuse_nul(field.column.name, columns[field.place], faults)
            numbers = batch["_row"].to_numpy() + 1
            rows = Batch(numbers, None, np.zeros(size, dtype=bool), faults)
            yield rows.judge(self.fields, np.ones(size, dtype=bool), columns)


def _refuse_nul(name: str, texts: pa.StringArray, faults: Faults) -> None:
    has_nul = pc.fill_null(pc.match_substring(texts, "\0"), False)
    rows = np.flatnonzero(has_nul.to_numpy(zero_copy_only=False))
    found = pc.replace_substring(texts.take(pa.array(rows)), "\0", "\\x00")
    faults.add(rows, name, f"{name} holds no NUL bytes", found, "text")


def texts(file: DataFrame, dataset: Dataset) -> DataFrame:
    """The declared columns as text, then `_row`."""
    wanted = [column.source or column.name for column in dataset.file_columns]
    fields = {field.name: field for field in file.schema}
    found = [_as_text(fields[name]).alias(f"c{place}") for place, name in enumerate(wanted)]
    row = F.col("_metadata.row_index").cast("bigint").alias("_row")
    return file.select(*found, row)


def _as_text(field: StructField) -> SparkColumn:
    value = F.col("`" + field.name.replace("`", "``") + "`")
    kind = field.dataType
    if isinstance(kind, StructType | ArrayType | MapType):
        return F.to_json(value)
    text = value.cast("string")
    if not isinstance(kind, DecimalType) or kind.scale <= PLAIN_SCALE:
        return text
    # A value below a millionth is written by its digits, which no exponent shortens.
    whole = (F.abs(value) * F.lit(Decimal(10) ** kind.scale)).cast("decimal(38,0)").cast("string")
    small = F.concat(
        F.when(value < 0, "-").otherwise(""), F.lit("0."), F.lpad(whole, kind.scale, "0")
    )
    return F.when(F.abs(value) < F.lit(10.0**-PLAIN_SCALE), small).otherwise(text)
