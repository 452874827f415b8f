"""Names and values as SQL writes them: the only place where SQL text is made from them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from stagecoach import quoting
from stagecoach.errors import DeclarationError
from workbench.reserved import IN_REDSHIFT

# PostgreSQL 18, appendix C: what cannot name a column unquoted. A test asks the server.
RESERVED = frozenset(
    [
        "all",
        "analyse",
        "analyze",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "asymmetric",
        "authorization",
        "binary",
        "both",
        "case",
        "cast",
        "check",
        "collate",
        "collation",
        "column",
        "concurrently",
        "constraint",
        "create",
        "cross",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "default",
        "deferrable",
        "desc",
        "distinct",
        "do",
        "else",
        "end",
        "except",
        "false",
        "fetch",
        "for",
        "foreign",
        "freeze",
        "from",
        "full",
        "grant",
        "group",
        "having",
        "ilike",
        "in",
        "initially",
        "inner",
        "intersect",
        "into",
        "is",
        "isnull",
        "join",
        "lateral",
        "leading",
        "left",
        "like",
        "limit",
        "localtime",
        "localtimestamp",
        "natural",
        "not",
        "notnull",
        "null",
        "offset",
        "on",
        "only",
        "or",
        "order",
        "outer",
        "overlaps",
        "placing",
        "primary",
        "references",
        "returning",
        "right",
        "select",
        "session_user",
        "similar",
        "some",
        "symmetric",
        "system_user",
        "table",
        "tablesample",
        "then",
        "to",
        "trailing",
        "true",
        "union",
        "unique",
        "user",
        "using",
        "variadic",
        "verbose",
        "when",
        "where",
        "window",
        "with",
    ]
)
PLAIN = re.compile(r"^[a-z_][a-z0-9_]*$")
MAX_BYTES = 63


def quote(name: str) -> str:
    """An identifier as SQL writes it, quoted only where it must be.

    Raises DeclarationError for a name that PostgreSQL would cut or that would end a body.
    """
    if not name or len(name.encode()) > MAX_BYTES or "\0" in name or "$$" in name:
        raise DeclarationError(
            f"{name!r} cannot name a thing in PostgreSQL - use 1 to {MAX_BYTES} bytes, without $$"
        )
    if PLAIN.match(name) and name not in RESERVED | IN_REDSHIFT:
        return name
    return quoting.quoted(name)


def names(columns: Iterable[str]) -> str:
    """A list of identifiers."""
    return ", ".join(quote(column) for column in columns)


def listed(columns: Iterable[str], indent: int, table: str = "") -> str:
    """A list of identifiers, one a line; of the alias `table` when there is one."""
    prefix = f"{table}." if table else ""
    return (",\n" + " " * indent).join(prefix + quote(column) for column in columns)


def literal(value: str | float | bool | None) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return quoting.literal(value)


def array(texts: Iterable[str]) -> str:
    """A text array as SQL writes it."""
    return f"array[{', '.join(literal(text) for text in texts)}]::text[]"


def index_name(table: str, columns: Iterable[str]) -> str:
    """`table_column_column`; a long one is cut and ends in a digest, so that two never collide."""
    full = "_".join((table, *columns))
    if len(full.encode()) <= MAX_BYTES:
        return full
    digest = hashlib.sha256(full.encode()).hexdigest()[:8]
    return full.encode()[: MAX_BYTES - 9].decode(errors="ignore") + "_" + digest
