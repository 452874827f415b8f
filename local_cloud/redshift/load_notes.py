"""What COPY notes about itself: rows it could not load, and each load with its counts.

The notes outlive the transaction: a session writes them when it is over, however it ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pg8000.native import identifier

_TABLES = Path(__file__).with_name("system_tables.sql")


@dataclass(frozen=True)
class LoadError:
    """One value that COPY refused. `line` counts from 1; `position` is the byte in the line."""

    file: str
    line: int
    column: str
    type: str
    length: str
    position: int
    code: int
    message: str
    raw_line: str = ""
    raw_value: str = ""


@dataclass
class Load:
    """One COPY, as sys_load_history has it."""

    query: int
    table: str
    table_id: int
    source: str
    format: str
    started: str
    rows: int = 0
    files: int = 0
    size: int = 0
    status: str = "aborted"
    errors: list[LoadError] = field(default_factory=list)


def prepare(connection: Any) -> None:
    """Make the tables and functions in a database, again too.

    The connection (pg8000.dbapi) must be a superuser's, for they go to pg_catalog.
    """
    connection.cursor().execute(_TABLES.read_text())
    connection.commit()


def write(connection: Any, load: Load) -> None:
    """Note one load, with what it refused, in a transaction of its own."""
    for each in load.errors:
        _insert(connection, "local_load_errors", load, _of_error(load, each))
    _insert(connection, "sys_load_history", load, _of_load(load))


def _of_error(load: Load, error: LoadError) -> dict[str, Any]:
    return {
        "table_id": load.table_id,
        "start_time": load.started,
        "file_name": error.file[:256],
        "line_number": error.line,
        "column_name": error.column[:127],
        "column_type": error.type[:10],
        "column_length": error.length[:10],
        "position": error.position,
        "error_code": error.code,
        "error_message": error.message[:512],
        "raw_line": _printable(error.raw_line)[:1024],
        "raw_field_value": _printable(error.raw_value)[:1024],
    }


def _of_load(load: Load) -> dict[str, Any]:
    return {
        "status": load.status,
        "table_name": load.table,
        "start_time": load.started,
        "data_source": load.source,
        "file_format": load.format,
        "loaded_rows": load.rows,
        "loaded_bytes": load.size,
        "source_file_count": load.files,
        "source_file_bytes": load.size,
        "file_count_scanned": load.files,
        "file_bytes_scanned": load.size,
        "error_count": len(load.errors),
    }


def _insert(connection: Any, table: str, load: Load, values: dict[str, Any]) -> None:
    names = ", ".join(identifier(name) for name in values)
    places = ", ".join(f":{name}" for name in values)
    connection.run(
        f"insert into pg_catalog.{table} (user_id, query_id, session_id, database_name, {names}) "  # noqa: S608 - names of ours
        "values ((select usesysid::int from pg_user where usename = current_user), :query, "
        f"pg_backend_pid(), current_database(), {places})",
        query=load.query,
        **values,
    )


def _printable(text: str) -> str:
    return text.replace("\0", "\\0")
