"""Stream each partition into the stage table with COPY, in one transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from pyspark import TaskContext
from pyspark.sql import DataFrame

from stagecoach.ledger import Ledger, explained

Connect = Callable[[], Any]
STAGED = "part int, rows bigint"
# Text is quoted and nulls are bare, so '' and null stay apart in COPY's csv format.
WRITTEN = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


@dataclass(frozen=True)
class Copier:
    """What a worker does with its partition; travels to the workers.

    `connect` opens a connection there. The part is fenced: `stage_part` is true once, in the
    transaction that the rows are in, so a task that Spark runs twice stages once.
    """

    connect: Connect
    load_id: str
    attempt: int
    table: str
    columns: tuple[str, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Stage a partition; answers its number and rows, 0 where another task had staged it."""
        context = TaskContext.get()
        part = context.partitionId() if context else 0
        connection = self.connect()
        try:
            ledger = Ledger(connection)
            rows = 0
            if ledger.stage_part(self.load_id, self.attempt, part):
                rows = self._copy(connection, batches)
                ledger.commit()
        finally:
            connection.close()
        yield pa.RecordBatch.from_arrays(
            [pa.array([part], pa.int32()), pa.array([rows], pa.int64())], names=["part", "rows"]
        )

    def _copy(self, connection: Any, batches: Iterable[pa.RecordBatch]) -> int:
        columns = ", ".join(quoted(column) for column in self.columns)
        with explained():
            cursor = connection.cursor()
            statement = f"copy {self.table} ({columns}) from stdin with (format csv)"
            cursor.execute(statement, stream=_as_csv(batches))
        return int(cursor.rowcount)


def copy(rows: DataFrame, copier: Copier) -> int:
    """Stage all partitions; answers how many rows this run of the tasks has staged."""
    parts = rows.select(*copier.columns).mapInArrow(copier, STAGED).collect()
    return sum(int(part["rows"]) for part in parts)


def quoted(name: str) -> str:
    """A name as PostgreSQL reads it back."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _as_csv(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Each batch as one chunk of csv: the driver sends it as one message."""
    for batch in batches:
        if batch.num_rows:
            sink = pa.BufferOutputStream()
            pa_csv.write_csv(batch, sink, WRITTEN)
            yield sink.getvalue().to_pybytes()
