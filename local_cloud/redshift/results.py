"""What a statement answers: its columns, its rows, and how many it changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Value = bool | int | float | str | None

# PostgreSQL's type numbers, by what the Data API calls them.
_TYPES = {
    16: "bool",
    18: "char",
    20: "int8",
    21: "int2",
    23: "int4",
    700: "float4",
    701: "float8",
    1042: "bpchar",
    1043: "varchar",
    1082: "date",
    1083: "time",
    1114: "timestamp",
    1184: "timestamptz",
    1266: "timetz",
    1700: "numeric",
    114: "super",
    3802: "super",
}
_AS_THEY_ARE = (bool, int, float, str, type(None))
_NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")


@dataclass(frozen=True)
class Column:
    """One column of an answer; `modifier` is PostgreSQL's, which holds length or precision."""

    name: str
    type: str
    modifier: int = -1

    def metadata(self) -> dict[str, Any]:
        """The Data API's ColumnMetadata."""
        packed = self.modifier - 4
        known: dict[str, Any] = {"precision": 0, "scale": 0, "length": 0}
        if packed >= 0 and self.type == "numeric":
            known |= {"precision": packed >> 16, "scale": packed & 0x7FF}
        elif packed >= 0 and self.type in ("varchar", "bpchar"):
            known |= {"precision": packed, "length": packed}
        return known | {
            "name": self.name,
            "label": self.name,
            "typeName": self.type,
            "nullable": 1,
            "isCaseSensitive": self.type in ("varchar", "bpchar", "char"),
            "isCurrency": False,
            "isSigned": self.type in _NUMBERS,
            "schemaName": "",
            "tableName": "",
        }


@dataclass
class Result:
    """One statement's outcome; `columns` is None for one that answers no rows.

    `rows` counts the rows answered or changed, -1 where there is nothing to count.
    """

    columns: list[Column] | None = None
    records: list[list[Value]] = field(default_factory=list)
    rows: int = -1


def in_quotes(name: str) -> str:
    """A name as the server wants it, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'


def prepare(connection: Any) -> None:
    """Have a connection answer what has no JSON type as the text the server writes."""
    connection.run("set datestyle to iso")
    for number in (17, 114, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 3802):
        connection.register_in_adapter(number, str)


def result_of(connection: Any, rows: Any) -> Result:
    """What the statement just run has answered."""
    count = connection.row_count
    result = Result(rows=-1 if count is None else count)
    if connection.columns is not None:
        result.columns = [
            Column(each["name"], _TYPES.get(each["type_oid"], "varchar"), each["type_modifier"])
            for each in connection.columns
        ]
        result.records = [[_plain(value) for value in row] for row in rows]
        result.rows = len(result.records)
    return result


def cell(value: Value) -> dict[str, Any]:
    """The Data API's Field."""
    if value is None:
        return {"isNull": True}
    for kind, name in ((bool, "booleanValue"), (int, "longValue"), (float, "doubleValue")):
        if isinstance(value, kind):
            return {name: value}
    return {"stringValue": value}


def _plain(value: Any) -> Value:
    return value if isinstance(value, _AS_THEY_ARE) else str(value)
