"""Deploy the project's own SQL, `steps/`: a file whose text changed runs, the others do not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pg8000.dbapi
from pg8000.exceptions import DatabaseError

from stagecoach.database import detail, message, position
from stagecoach.errors import StagecoachError
from stagecoach.ledger import explain

# What may hold a semicolon that ends nothing, or the semicolon that ends a statement.
TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|\b[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|\"(?:\"\"|[^\"])*\""
    r"|(?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)|(?P<end>;)",
    re.DOTALL,
)
ATOMIC = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)
COMMENTS = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
LAST = "zzz-retire.sql"  # what forgets the steps whose files are gone


@dataclass(frozen=True)
class Statement:
    """One statement of a file, and the line that it begins on."""

    text: str
    line: int


def deploy(cursor: pg8000.dbapi.Cursor, folder: Path) -> list[str]:
    """Run what changed in the caller's transaction, each file while no load runs its step; answers
    the names.

    Files run with an empty search path, and what they make is checked there and then: whatever is
    not in pg_catalog is named with its schema. Raises as the ledger does, with file and line.
    """
    files = sorted(folder.glob("*.sql"))
    if not files:
        return []
    cursor.execute("select name, digest from etl.project_step")
    known = dict(cursor.fetchall())
    cursor.execute("set local check_function_bodies = on")
    cursor.execute("set local search_path = ''")
    ran = []
    for file in files:
        text = file.read_text("utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if known.get(file.stem) != digest:
            _run(cursor, file, text)
            ran += _keep(cursor, file, digest)
    cursor.execute("reset search_path")
    cursor.execute("set local check_function_bodies = off")
    return ran


def _run(cursor: pg8000.dbapi.Cursor, file: Path, text: str) -> None:
    cursor.execute("select etl.lock_steps(%s::text[])", ([file.stem],))
    for statement in statements(text):
        try:
            cursor.execute(statement.text)
        except DatabaseError as error:
            raise _placed(error, file, statement) from error


def _keep(cursor: pg8000.dbapi.Cursor, file: Path, digest: str) -> list[str]:
    """Note what ran; the file that retires others is no step."""
    if file.name == LAST:
        return []
    cursor.execute("update etl.project_step set digest = %s where name = %s", (digest, file.stem))
    return [file.stem]


def _placed(error: DatabaseError, file: Path, statement: Statement) -> StagecoachError:
    """The error with file and line: where PostgreSQL points at, or where the statement begins."""
    line = statement.line + statement.text[: max(position(error) - 1, 0)].count("\n")
    known = explain(error)
    more = f" - {detail(error)}" if detail(error) else ""
    return type(known)(f"steps/{file.name}:{line}: {message(error)}{more}")


def statements(text: str) -> Iterator[Statement]:
    """The statements of a file. One with a body of `begin atomic` is not taken apart."""
    begins = 0
    found = [] if ATOMIC.search(text) else TOKEN.finditer(text)
    for end in [*(each.end() for each in found if each["end"]), len(text)]:
        comments = COMMENTS.match(text, begins, end)
        start = comments.end() if comments else begins
        if start < end:
            yield Statement(text[start:end], 1 + text[:start].count("\n"))
        begins = end
