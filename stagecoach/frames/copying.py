"""Stream each clean file into the stage table with COPY, in one transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from stagecoach.frames import objects
from stagecoach.frames.spread import Spread
from stagecoach.ledger import Ledger, explained
from stagecoach.quoting import quoted

Connect = Callable[[], Any]
BATCH_ROWS = 20_000
# Text is quoted and nulls are bare, so '' and null stay apart in COPY's csv format.
WRITTEN = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


@dataclass(frozen=True)
class Copier:
    """What a worker does with a file; travels to the workers.

    `connect` opens a connection there. The part is fenced: `stage_part` is true once, in the
    transaction that the rows are in, so a task that Spark runs twice stages once.
    """

    connect: Connect
    load_id: str
    attempt: int
    table: str
    columns: tuple[str, ...]

    def __call__(self, part: int, uri: str) -> int:
        """Stage one Parquet file; answers its rows, 0 where another task had staged it."""
        connection = self.connect()
        try:
            ledger = Ledger(connection)
            rows = 0
            if ledger.stage_part(self.load_id, self.attempt, part):
                rows = self._copy(connection, _batches(uri, self.columns))
                ledger.commit()
        finally:
            connection.close()
        return rows

    def _copy(self, connection: Any, batches: Iterable[pa.RecordBatch]) -> int:
        columns = ", ".join(quoted(column) for column in self.columns)
        with explained():
            cursor = connection.cursor()
            statement = f"copy {self.table} ({columns}) from stdin with (format csv)"
            cursor.execute(statement, stream=_as_csv(batches))
        return int(cursor.rowcount)


def copy(spread: Spread, uris: list[str], copier: Copier) -> int:
    """Stage the files, each its own part; answers how many rows this run of the tasks has staged.

    The workers read the Parquet themselves: the JVM would only hand it through.
    """
    return sum(spread.over(list(enumerate(uris)), lambda part: copier(*part)))


def _batches(uri: str, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(pa.BufferReader(objects.read(uri)))
    for batch in file.iter_batches(BATCH_ROWS, columns=list(columns)):
        yield batch.select(columns)


def _as_csv(batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Each batch as one chunk of csv: the driver sends it as one message."""
    for batch in batches:
        if batch.num_rows:
            sink = pa.BufferOutputStream()
            pa_csv.write_csv(batch, sink, WRITTEN)
            yield sink.getvalue().to_pybytes()
