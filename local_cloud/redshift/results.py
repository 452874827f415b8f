"""One statement of the Redshift Data API, run, and its rows in the API's shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local_cloud.redshift_sql import rewrite

_TYPES = {
    16: "bool",
    20: "int8",
    21: "int2",
    23: "int4",
    700: "float4",
    701: "float8",
    1043: "varchar",
    1082: "date",
    1114: "timestamp",
    1184: "timestamptz",
    1700: "numeric",
}


@dataclass
class Result:
    """One statement's outcome; `columns` is None for a statement that answers no rows."""

    sql: str
    columns: list[dict[str, Any]] | None = None
    records: list[list[dict[str, Any]]] = field(default_factory=list)
    rows: int = -1


def execute(connection: Any, result: Result, parameters: list[dict[str, str]]) -> None:
    """Run one statement inside the connection's transaction and keep what it answers."""
    values = {each["name"]: each["value"] for each in parameters}
    rows = connection.run(rewrite(result.sql), **values)
    result.rows = connection.row_count if connection.row_count is not None else -1
    if connection.columns is not None:
        result.columns = [
            {
                "name": column["name"],
                "label": column["name"],
                "typeName": _TYPES.get(column["type_oid"], "varchar"),
                "nullable": 1,
            }
            for column in connection.columns
        ]
        result.records = [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> dict[str, Any]:
    if value is None:
        return {"isNull": True}
    for kind, name in ((bool, "booleanValue"), (int, "longValue"), (float, "doubleValue")):
        if isinstance(value, kind):
            return {name: value}
    return {"stringValue": str(value)}
