"""COPY from S3: files become rows of a table, or load errors.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from local_cloud.redshift import parquet, records
from local_cloud.redshift.casting import Refused, cast
from local_cloud.redshift.copy_statement import Copy
from local_cloud.redshift.errors import Cancelled, Failed
from local_cloud.redshift.load_notes import Load, LoadError
from local_cloud.redshift.objects import Objects
from local_cloud.redshift.results import in_quotes
from local_cloud.redshift.sources import read, sources
from local_cloud.redshift.targets import Table, Target, table

BATCH_ROWS = 5_000


@dataclass
class Copying:
    """One COPY on its way: what it has, and what it notes."""

    connection: Any
    objects: Objects
    copy: Copy
    table: Table
    load: Load
    is_cancelled: Callable[[], bool]

    def run(self) -> None:
        """Load every file, inside the connection's transaction. Raises Failed."""
        found = sources(
            self.objects,
            self.copy.uri,
            is_manifest="manifest" in self.copy.options,
            is_columnar=self.copy.format == "parquet",
            query=self.load.query,
        )
        for source in found:
            content = read(self.objects, source, self.copy.compression)
            self.load.files += 1
            self.load.size += len(content)
            for chunk in self._chunks(source.uri, content):
                if self.is_cancelled():
                    raise Cancelled
                self._send(chunk)
        self.load.status = "completed"

    def _chunks(self, uri: str, content: bytes) -> Iterator[parquet.Chunk]:
        if self.copy.format == "parquet":
            return self._of_parquet(uri, content)
        return self._of_text(uri, content)

    def _of_parquet(self, uri: str, content: bytes) -> Iterator[parquet.Chunk]:
        fill = "fillrecord" in self.copy.options
        try:
            yield from parquet.chunks(uri, content, self.table.columns, self.load.query, fill=fill)
        except parquet.Unfit as wrong:
            self.load.errors.append(wrong.note)
            raise wrong.failure from wrong

    def _of_text(self, uri: str, content: bytes) -> Iterator[parquet.Chunk]:
        rows: list[str] = []
        for record in self._records(content):
            try:
                rows.append(_line(self._cast(uri, record)))
            except _Unloadable as wrong:
                self._refuse(wrong.note)
            if len(rows) == BATCH_ROWS:
                yield parquet.Chunk(len(rows), "".join(rows).encode())
                rows = []
        if rows:
            yield parquet.Chunk(len(rows), "".join(rows).encode())

    def _records(self, content: bytes) -> Iterator[records.Record]:
        if self.copy.format == "json":
            paths = self._paths(self.copy.options["json"])
            return records.json_records(content, self.table.columns, self.copy.options, paths)
        return records.records(content, self.table.columns, self.copy.options)

    def _paths(self, how: Any) -> list[str] | None:
        if not str(how).startswith("s3://"):
            return None
        try:
            return [str(path) for path in json.loads(self.objects.read(how))["jsonpaths"]]
        except (KeyError, ValueError, TypeError) as wrong:
            raise Failed(f"Invalid JSONPath format: {how} ({wrong!r})") from wrong

    def _cast(self, uri: str, record: records.Record) -> list[str | None]:
        if isinstance(record.fields, Refused):
            last = self.table.columns[-1]
            raise _Unloadable(_note(uri, record, last, record.fields, None))
        found = []
        for field, column in zip(record.fields, self.table.columns, strict=True):
            try:
                found.append(cast(field, column, self.copy.options))
            except Refused as wrong:
                raise _Unloadable(_note(uri, record, column, wrong, field)) from wrong
        return found

    def _refuse(self, note: LoadError) -> None:
        self.load.errors.append(note)
        if len(self.load.errors) > self.copy.tolerated:
            raise Failed(
                f"Load into table '{self.table.label}' failed.  "
                "Check 'stl_load_errors' system table for details."
            )

    def _send(self, chunk: parquet.Chunk) -> None:
        self.load.rows += chunk.rows
        if "noload" not in self.copy.options:
            columns = ", ".join(in_quotes(column.name) for column in self.table.columns)
            into = f"copy {self.table.name} ({columns}) from stdin with (format csv)"
            self.connection.run(into, stream=[chunk.csv])


class _Unloadable(Exception):
    def __init__(self, note: LoadError) -> None:
        super().__init__(note.message)
        self.note = note


def begin(
    connection: Any, objects: Objects, copy: Copy, query: int, is_cancelled: Callable[[], bool]
) -> Copying:
    """The load of a statement, ready to run. Raises Failed when its table is not there."""
    explicit = "explicit_ids" in copy.options
    into = table(connection, copy.table, copy.columns, explicit_ids=explicit)
    started = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(" ")
    load = Load(query, into.label, into.oid, copy.uri, copy.format, started)
    return Copying(connection, objects, copy, into, load, is_cancelled)


def _note(
    uri: str, record: records.Record, column: Target, wrong: Refused, field: str | None
) -> LoadError:
    at = record.raw.find(field) if field else 0
    return LoadError(
        file=uri,
        line=record.line,
        column=column.name,
        type=column.declared.lower(),
        length=column.length,
        position=max(at, 0),
        code=wrong.code,
        message=wrong.message,
        raw_line=_shown(record.raw),
        raw_value=_shown(field or ""),
    )


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _line(fields: Sequence[str | None]) -> str:
    return ",".join("" if each is None else _in_csv(each) for each in fields) + "\n"


def _in_csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
