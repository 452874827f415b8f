"""The SQL of a mart: what it reads and answers; read with sqlglot, in the dialect of Spark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stagecoach.declaration.problems import Problem, did_you_mean, listed

if TYPE_CHECKING:
    from sqlglot import exp

Columns = Mapping[str, str]  # name: type
UNRESOLVED = re.compile(r"Column '[\"`]?(?P<name>[^'\"`]+)[\"`]?' could not be resolved")
PLACE = re.compile(r"\.? ?Line: (?P<line>\d+), Col: \d+")
SPARK_TYPES = {"json": "string", "uuid": "string", "time": "string", "text": "string"}
# A retry must come to the same rows, and a day without news to no changes.
UNSTEADY = (
    *("rand", "randn", "random", "uuid", "shuffle", "monotonically_increasing_id"),
    *("current_date", "curdate", "current_timestamp", "now", "localtimestamp", "unix_timestamp"),
)


@dataclass
class Query:
    """One select, as written in the file `path`; `reads` are tables with the line of each."""

    path: str
    text: str
    reads: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tree: exp.Query | None = None

    def problem(self, line: int, message: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.path, line, message))


def read(path: Path) -> Query:
    """Read a SQL file; what is wrong with it is in its problems."""
    query = Query(str(path), "")
    try:
        query.text = path.read_text("utf-8").strip().removesuffix(";").rstrip()
    except UnicodeDecodeError as error:
        query.problem(0, f"byte {error.start} is not UTF-8 - wanted a text file in UTF-8")
        return query
    query.tree = _parsed(query)
    if query.tree is not None:
        _tables(query, query.tree)
        _steady(query, query.tree)
    return query


def _parsed(query: Query) -> exp.Query | None:
    import sqlglot  # it takes a while, and many projects have no mart
    from sqlglot import exp
    from sqlglot.errors import ParseError, TokenError

    try:
        found = [tree for tree in sqlglot.parse(query.text, read="spark") if tree is not None]
    except (ParseError, TokenError) as error:
        said = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
        what = str(said.get("description") or error).split("<Token")[0].strip().rstrip(".")
        near = str(said.get("highlight") or "").strip()
        shown = f" near {near!r}" if near else ""
        query.problem(int(said.get("line") or 1), f"{what}{shown} - wanted one select in Spark SQL")
        return None
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        what = f"{len(found)} statements" if len(found) != 1 else f"a {found[0].key}"
        query.problem(1, f"found {what} - wanted one select in Spark SQL")
        return None
    return found[0]


def _tables(query: Query, tree: exp.Expr) -> None:
    from sqlglot import exp

    for table in sources(tree):
        line = int(table.this.meta.get("line", 1))
        if not isinstance(table.this, exp.Identifier):
            query.problem(line, f"found {table.sql('spark')!r} as a table - wanted datasets")
        elif table.db:
            wanted = f"wanted the name of a dataset, such as {table.name}"
            query.problem(line, f"table {table.sql('spark')!r} has a schema - {wanted}")
        else:
            query.reads.setdefault(table.name, line)


def sources(tree: exp.Expr) -> list[exp.Table]:
    """The tables that a query reads, its own `with` aside, in the order of the text."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    found = {
        id(source): source
        for scope in traverse_scope(tree)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
    return sorted(found.values(), key=lambda table: int(table.this.meta.get("start", 0)))


def _steady(query: Query, tree: exp.Expr) -> None:
    from sqlglot import exp

    for call in tree.find_all(exp.Func):
        names = {call.name.lower()} if isinstance(call, exp.Anonymous) else set()
        names |= {name.lower() for name in getattr(call, "sql_names", list)()}
        if clock := sorted(names & set(UNSTEADY)):
            message = f"{clock[0]}() is another at every run - wanted values of the inputs alone"
            query.problem(_line(call), message)


def _line(part: exp.Expr) -> int:
    """The line of the nearest name around a part of a query."""
    from sqlglot import exp

    at: exp.Expr | None = part
    while at is not None:
        for name in at.find_all(exp.Identifier):
            if "line" in name.meta:
                return int(name.meta["line"])
        at = at.parent
    return 1


def answers(query: Query, known: Mapping[str, Columns]) -> list[str] | None:
    """The columns of the result, `*` written out; None where one cannot be told, which is noted.

    `known` has the columns of every table that is read.
    """
    from sqlglot.errors import OptimizeError
    from sqlglot.optimizer.qualify import qualify

    assert query.tree is not None  # noqa: S101 - it was parsed
    schema: dict[str, object] = {name: _spark(columns) for name, columns in known.items()}
    try:
        tree = qualify(query.tree.copy(), schema=schema, dialect="spark", quote_identifiers=False)
    except OptimizeError as error:
        query.problem(*_unresolved(str(error), known))
        return None
    names = [projection.alias_or_name for projection in tree.selects]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            query.problem(1, f"column {name!r} is selected twice - wanted each name once")
    return names


def _spark(columns: Columns) -> dict[str, str]:
    return {name: SPARK_TYPES.get(kind, kind) for name, kind in columns.items()}


def _unresolved(said: str, known: Mapping[str, Columns]) -> tuple[int, str]:
    place, named = PLACE.search(said), UNRESOLVED.search(said)
    line = int(place["line"]) if place else 1
    if named is None:
        return line, f"{PLACE.sub('', said)} - wanted columns that are there"
    every = [column for columns in known.values() for column in columns]
    message = f"column {named['name']!r} is in no dataset that is read"
    return line, message + (did_you_mean(named["name"], every) or f" - wanted {listed(every)}")


def condition(text: str, tables: Mapping[str, Columns]) -> str | None:
    """What is wrong with a check: a condition over `tables`; None where nothing is."""
    import sqlglot
    from sqlglot.errors import OptimizeError, SqlglotError
    from sqlglot.optimizer.qualify import qualify

    try:
        tree = sqlglot.parse_one(f"select ({text}) as holds", read="spark")
        strangers = [table.name for table in sources(tree) if table.name not in tables]
        if strangers:
            hint = did_you_mean(strangers[0], tables) or f" - wanted one of {listed(tables)}"
            return f"reads {strangers[0]!r}, which is no input{hint}"
        schema: dict[str, object] = {name: _spark(columns) for name, columns in tables.items()}
        qualify(tree, schema=schema, dialect="spark", quote_identifiers=False)
    except OptimizeError as error:
        return _unresolved(str(error), tables)[1]
    except SqlglotError as error:
        return f"{str(error).splitlines()[0]} - wanted a condition in Spark SQL"
    return None
