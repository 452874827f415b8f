"""What goes wrong, said as Redshift says it.

Failed       a statement failed; `str()` is the text that DescribeStatement shows
    Cancelled    because somebody asked for it
"""

from __future__ import annotations

import re
from typing import Any

import pg8000.native

# https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
SERIALIZATION = "40001"
CANCELLED = "57014"
_INTERNAL = "XX000"
# PostgreSQL's sentence, what Redshift says instead, and its internal code; where Redshift kept
# PostgreSQL's sentence there is no line.
_OTHERWISE = (
    (r"value too long for type (.+)", "Value too long for character type", 8001),
    (r"division by zero", "Divide by zero", 8001),
    (r"numeric field overflow|value .* out of range for type", "Numeric data overflow", 1058),
)


class Failed(Exception):
    """A statement failed. `code` is the SQLSTATE, `detail` what Redshift prints below.

    `severity` is FATAL where there was no session to run it in.
    """

    severity = "ERROR"

    def __init__(self, message: str, detail: str | None = None, code: str = _INTERNAL) -> None:
        super().__init__(message)
        self.message, self.detail, self.code = message, detail, code

    def __str__(self) -> str:
        below = "" if self.detail is None else f"\n  Detail: {self.detail}"
        return f"{self.severity}: {self.message}{below}"


class Cancelled(Failed):
    """Somebody asked to end the statement."""

    def __init__(self) -> None:
        super().__init__("Query cancelled on user's request", code=CANCELLED)


def internal(message: str, code: int, context: str, query: int, location: str = "") -> Failed:
    """The error of Redshift's own engine, which has its facts in a box below the sentence."""
    line = "-" * 47
    facts = (
        f"error:  {message}",
        f"code:      {code}",
        f"context:   {context}",
        f"query:     {query}",
        f"location:  {location or 'local'}",
        "process:   padbmaster [pid=0]",
    )
    return Failed(message, "\n  ".join(["", line, *facts, line]))


def shaped(wrong: Exception, query: int, pid: int = 0) -> Failed:
    """An error of PostgreSQL or of ours, as Redshift would have told it."""
    if isinstance(wrong, Failed):
        return wrong
    if isinstance(wrong, pg8000.native.InterfaceError | OSError):
        return Failed(f"connection to the cluster was lost: {wrong}", code="08006")
    if not isinstance(wrong, pg8000.native.DatabaseError) or not isinstance(wrong.args[0], dict):
        return Failed(str(wrong))
    said: dict[str, Any] = wrong.args[0]
    message, code = str(said.get("M")), str(said.get("C"))
    if code == CANCELLED:
        return Cancelled()
    if code == SERIALIZATION:
        return _violation(pid)
    if code == "23502":
        return Failed(f"Cannot insert a NULL value into column {said.get('c')}", code=code)
    for pattern, instead, number in _OTHERWISE:
        if re.fullmatch(pattern, message):
            return internal(instead, number, message[0].upper() + message[1:], query)
    failed = Failed(message, said.get("D"), code)
    failed.severity = str(said.get("V") or said.get("S") or Failed.severity)
    return failed


def _violation(pid: int) -> Failed:
    """PostgreSQL tells neither the table nor the transactions, so their numbers are 0."""
    cycle = f"transactions forming the cycle are: 0, 0 (pid:{pid})"
    return Failed("1023", f"Serializable isolation violation on table - 0, {cycle}", SERIALIZATION)
