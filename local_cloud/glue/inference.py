"""What is in a file: the columns and types that a crawler would see in CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Text is judged by its first part only.
HEAD_BYTES = 1 << 20
ROWS = 1000
DELIMITERS = ",;|\t"


@dataclass
class Schema:
    """Columns with Hive types, in order; `parameters` go to the table."""

    format: str  # csv, json or parquet
    columns: dict[str, str]
    parameters: dict[str, str] = field(default_factory=dict)
    compression: str = "none"


def read(path: Path) -> Schema:
    """The schema of one file. Raises ValueError for what is no table."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PAR1":
        return _parquet(path)
    compressed = start[:2] == b"\x1f\x8b"
    with gzip.open(path) if compressed else path.open("rb") as file:
        text = file.read(HEAD_BYTES).decode("utf-8-sig", "replace")
    schema = _json(text) if text.lstrip()[:1] in ("{", "[") else _csv(text)
    schema.compression = "gzip" if compressed else "none"
    return schema


def merge(schemas: list[Schema]) -> Schema:
    """One schema for files of one format: every column once, its type wide enough for all."""
    columns: dict[str, str] = {}
    for schema in schemas:
        for name, kind in schema.columns.items():
            columns[name] = _widen(columns.get(name), kind) or kind
    first = schemas[0]
    return Schema(first.format, columns, first.parameters, first.compression)


def _csv(text: str) -> Schema:
    try:
        delimiter = csv.Sniffer().sniff(text[:8192], DELIMITERS).delimiter
    except csv.Error:
        delimiter = ","
    complete = text if len(text) < HEAD_BYTES else text.rpartition("\n")[0]
    rows = list(itertools.islice(csv.reader(complete.splitlines(), delimiter=delimiter), ROWS))
    if not rows:
        raise ValueError("the file is empty")
    header = _is_header(rows)
    names = [_name(cell) for cell in rows[0]] if header else []
    names = names or [f"col{at}" for at in range(len(rows[0]))]
    kinds: list[str | None] = [None] * len(names)
    for row in rows[1:] if header else rows:
        for at, cell in enumerate(row[: len(names)]):
            kinds[at] = _widen(kinds[at], _kind(cell.strip()))
    columns = {name: kind or "string" for name, kind in zip(names, kinds, strict=True)}
    parameters = {"delimiter": delimiter, "columnsOrdered": "true"}
    if header:
        parameters["skip.header.line.count"] = "1"
    return Schema("csv", columns, parameters)


def _is_header(rows: list[list[str]]) -> bool:
    first = rows[0]
    return len(set(first)) == len(first) and all(_kind(cell.strip()) == "string" for cell in first)


def _name(cell: str) -> str:
    return re.sub(r"\W", "_", cell.strip().lower())


def _json(text: str) -> Schema:
    columns: dict[str, str | None] = {}
    for row in itertools.islice(_objects(text), ROWS):
        for name, value in row.items():
            columns[name.lower()] = _widen(columns.get(name.lower()), _kind(value))
    if not columns:
        raise ValueError("the file holds no JSON object")
    described = {name: kind or "string" for name, kind in columns.items()}
    return Schema("json", described, {"typeOfData": "file"})


def _objects(text: str) -> Iterable[dict[str, Any]]:
    """Objects one after the other, or in an array; what is cut off at the end is left out."""
    decoder, at = json.JSONDecoder(), 0
    while True:
        found = re.compile(r"[\s,\[\]]*").match(text, at)
        at = found.end() if found else at
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            return
        if isinstance(value, dict):
            yield value


def _kind(value: Any) -> str | None:
    """The Hive type of one value; None for a missing one."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int" if abs(value) < 1 << 31 else "bigint"
    if isinstance(value, float):
        return "double"
    if isinstance(value, dict):
        inside = (f"{name.lower()}:{_kind(one) or 'string'}" for name, one in value.items())
        return f"struct<{','.join(inside)}>"
    if isinstance(value, list):
        kinds = [_kind(one) for one in value]
        return f"array<{next(filter(None, kinds), 'string')}>"
    return _kind_of_text(value)


def _kind_of_text(text: str) -> str:
    if re.fullmatch(r"-?\d{1,18}", text):
        return "bigint"
    if re.fullmatch(r"-?\d*\.\d+([eE][-+]?\d+)?", text):
        return "double"
    return "boolean" if text.lower() in ("true", "false") else "string"


NUMBERS = ["int", "bigint", "double"]


def _widen(one: str | None, other: str | None) -> str | None:
    """A type that holds both; text when nothing else does."""
    if one is None or other is None or one == other:
        return one or other
    if one in NUMBERS and other in NUMBERS:
        return max(one, other, key=NUMBERS.index)
    return "string"


def _parquet(path: Path) -> Schema:
    import pyarrow.parquet as parquet  # heavy, and seldom needed

    schema = parquet.read_schema(path)
    return Schema("parquet", {one.name.lower(): _hive(one.type) for one in schema})


HIVE = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "float": "float",
    "double": "double",
    "bool": "boolean",
    "date32[day]": "date",
    "binary": "binary",
}


def _hive(kind: Any) -> str:
    import pyarrow.types as types

    if types.is_timestamp(kind):
        return "timestamp"
    if types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if types.is_map(kind):
        return f"map<{_hive(kind.key_type)},{_hive(kind.item_type)}>"
    if types.is_list(kind):
        return f"array<{_hive(kind.value_type)}>"
    if types.is_struct(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        return f"struct<{','.join(f'{one.name}:{_hive(one.type)}' for one in fields)}>"
    return HIVE.get(str(kind), "string")
