"""What an UNLOAD writes: the answer of a query, rendered in one of four formats."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from local_cloud.redshift.records import unescaped
from local_cloud.redshift.results import Column, result_of

_ARROW = {
    "bool": pa.bool_(),
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
_READ = {"strings_can_be_null": True, "quoted_strings_can_be_null": False, "null_values": [""],
         "true_values": ["t"], "false_values": ["f"]}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The answer of a query."""

    columns: Sequence[Column]
    data: pa.Table

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.data.num_rows)

    @property
    def names(self) -> list[str]:
        """Of the columns, in order."""
        return list(self.data.column_names)

    def schema(self) -> list[dict[str, Any]]:
        """The columns as a verbose manifest has them."""
        return [
            {"name": each.name, "type": {"base": each.type}, "nullable": True}
            for each in self.columns
        ]

    def split(
        self, by: Sequence[str], kept: Sequence[str] | None
    ) -> Iterator[tuple[list[str | None], Table]]:
        """One table for each combination of values; without the columns `by` unless `kept`."""
        keys = pa.table({name: self.data[name].cast(pa.string()) for name in by})
        left = list(kept or [name for name in self.names if name not in by])
        columns = [each for each in self.columns if each.name in left]
        for row in keys.group_by(list(by)).aggregate([]).to_pylist():
            wanted = pa.array([True] * self.rows)
            for name in by:
                same = (
                    pc.is_null(keys[name]) if row[name] is None else pc.equal(keys[name], row[name])
                )
                wanted = pc.and_(wanted, pc.fill_null(same, False))
            yield [row[name] for name in by], Table(columns, self.data.filter(wanted).select(left))


def ask(connection: Any, query: str, form: str) -> Table:
    """The answer, typed for Parquet and JSON's sake, as text otherwise."""
    inner = query.strip().rstrip(";")
    rows = connection.run(f"select * from ({inner}) as unloaded limit 0")  # noqa: S608 - a statement
    columns = result_of(connection, rows).columns or []
    out = io.BytesIO()
    connection.run(f"copy ({inner}) to stdout with (format csv)", stream=out)
    names = [each.name for each in columns]
    types = {each.name: _arrow(each) if form == "parquet" else pa.string() for each in columns}
    if not out.tell():
        return Table(columns, pa.table({name: pa.array([], types[name]) for name in names}))
    out.seek(0)
    data = pa_csv.read_csv(
        out,
        read_options=pa_csv.ReadOptions(column_names=names, block_size=out.getbuffer().nbytes + 1),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pa_csv.ConvertOptions(column_types=types, **_READ),
    )
    return Table(columns, data)


def render(table: Table, form: str, options: Mapping[str, Any]) -> tuple[bytes, str]:
    """The content of one file, and what its name ends with."""
    if form == "parquet":
        sink = pa.BufferOutputStream()
        pq.write_table(table.data, sink, compression="snappy")
        return bytes(sink.getvalue().to_pybytes()), ".parquet"
    text = {"csv": _csv, "json": _json, "text": _delimited}[form](table, options)
    for name, (pack, ending) in _PACKED.items():
        if name in options:
            return pack(text.encode()), _extension(options) + ending
    return text.encode(), _extension(options)


def has_outer_limit(query: str) -> bool:
    """Whether the outermost SELECT has a LIMIT."""
    bare = re.sub(r"'(?:[^']|'')*'", "''", query)
    while (inner := re.sub(r"\([^()]*\)", "", bare)) != bare:
        bare = inner
    return re.search(r"\blimit\b", bare, re.IGNORECASE) is not None


def _arrow(column: Column) -> pa.DataType:
    if column.type == "numeric":
        told = column.metadata()
        return pa.decimal128(told["precision"] or 38, told["scale"] if told["precision"] else 10)
    return _ARROW.get(column.type, pa.string())


def _csv(table: Table, options: Mapping[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=unescaped(options.get("delimiter", ",")), lineterminator="\n"
    )
    null = options.get("null", "")
    if "header" in options:
        writer.writerow(table.names)
    for row in _rows(table):
        writer.writerow([null if each is None else each for each in row])
    return out.getvalue()


def _delimited(table: Table, options: Mapping[str, Any]) -> str:
    between = unescaped(options.get("delimiter", "|"))
    null = options.get("null", "")

    def field(text: str | None) -> str:
        if text is None:
            return str(null)
        if "escape" in options:
            text = re.sub(rf"([\\\n\r\"'{re.escape(between)}])", r"\\\1", text)
        return '"' + text.replace('"', '""') + '"' if "addquotes" in options else text

    lines = [table.names] if "header" in options else []
    return "".join(
        between.join(field(each) for each in row) + "\n" for row in [*lines, *_rows(table)]
    )


def _json(table: Table, _: Mapping[str, Any]) -> str:
    kinds = [each.type for each in table.columns]

    def value(text: str | None, kind: str) -> Any:
        if text is None or kind not in _JSON:
            return text
        return text == "t" if kind == "bool" else json.loads(text)

    return "".join(
        json.dumps(
            {
                name: value(text, kind)
                for name, text, kind in zip(table.names, row, kinds, strict=True)
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        + "\n"
        for row in _rows(table)
    )


def _rows(table: Table) -> Iterator[tuple[str | None, ...]]:
    return zip(*[column.to_pylist() for column in table.data.columns], strict=True)


def _extension(options: Mapping[str, Any]) -> str:
    return f".{options['extension']}" if "extension" in options else ""


_JSON = ("bool", "int2", "int4", "int8", "float4", "float8", "numeric", "super")


def _zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue().to_pybytes())


_PACKED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gzip.compress, ".gz"),
    "bzip2": (bz2.compress, ".bz2"),
    "zstd": (_zstd, ".zst"),
}
