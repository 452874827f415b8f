"""What the query of a view reads and answers; read with sqlglot, in the dialect of PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from stagecoach.declaration.marts.query import sources
from stagecoach.declaration.problems import Problem, did_you_mean
from workbench.views.view import Relation, View

Columns = dict[str, str]  # name: type
UNRESOLVED = re.compile(r"Column '\"?(?P<name>[^'\"]+)\"?' could not be resolved")
PLACE = re.compile(r"\.? ?Line: (?P<line>\d+), Col: \d+")


def parse(view: View) -> Iterator[Problem]:
    """Read the query into `view.tree`; a problem when it is no single select."""
    if not view.query:
        yield Problem(view.path, view.line, "found no query - wanted one select below the header")
        return
    try:
        found = [tree for tree in sqlglot.parse(view.query, read="postgres") if tree is not None]
    except ParseError as error:
        said = error.errors[0]
        what = str(said["description"]).split("<Token")[0].strip()
        near = str(said.get("highlight") or "").strip()
        shown = f" near {near!r}" if near else ""
        message = f"{what}{shown} - wanted one select that PostgreSQL takes"
        yield Problem(view.path, _line(view, said["line"]), message)
        return
    if len(found) != 1 or not isinstance(found[0], exp.Query) or found[0].args.get("into"):
        what = f"{len(found)} statements" if len(found) != 1 else f"a {found[0].key}"
        yield Problem(view.path, view.line, f"found {what} - wanted one select")
        return
    view.tree = found[0]
    yield from _tables(view, view.tree)
    yield from _answers(view, view.tree)


def _tables(view: View, tree: exp.Query) -> Iterator[Problem]:
    """Note what is read; every table must have its schema."""
    reads: dict[Relation, None] = {}
    for table in sources(tree):
        line = _line(view, table.this.meta.get("line", 1))
        if not isinstance(table.this, exp.Identifier):
            yield Problem(view.path, line, f"found {table.sql()!r} as a table - wanted tables")
        elif table.catalog:
            message = f"table {table.sql()!r} names a database - wanted schema.table"
            yield Problem(view.path, line, message)
        elif not table.db:
            message = f"table {table.name!r} has no schema - wanted schema.{table.name}"
            yield Problem(view.path, line, message)
        else:
            reads[table.db, table.name] = None
    view.reads = tuple(reads)


def _answers(view: View, tree: exp.Query) -> Iterator[Problem]:
    """Every column of the view has a name of its own."""
    seen: set[str] = set()
    for place, projection in enumerate(tree.selects, start=1):
        line = view.line
        for part in projection.find_all(exp.Identifier):
            line = _line(view, part.meta.get("line", 1))
            break
        named = projection.find(exp.Column) if isinstance(projection, exp.Cast) else projection
        if projection.is_star:
            message = "found * - wanted the columns by name: a new one changes no view then"
            yield Problem(view.path, line, message)
        elif not isinstance(named, exp.Alias | exp.Column):
            message = f"column {place} has no name - wanted {projection.sql('postgres')} as .."
            yield Problem(view.path, line, message)
        elif (name := projection.alias_or_name) in seen:
            message = f"column {name!r} is there twice - wanted each name once"
            yield Problem(view.path, line, message)
        seen.add(projection.alias_or_name)


def resolve(view: View, known: dict[Relation, Columns]) -> Iterator[Problem]:
    """Note the columns with their types; a problem for the first that no table has.

    `known` has the columns of everything that the view reads.
    """
    assert view.tree is not None  # noqa: S101 - `parse` had no problem
    schema: dict[str, dict[str, Columns]] = {}
    for home, name in view.reads:
        schema.setdefault(home, {})[name] = known[home, name]
    try:
        qualified = qualify(
            view.tree.copy(),
            schema=schema,
            dialect="postgres",
            identify=False,
            quote_identifiers=False,
        )
    except OptimizeError as error:
        yield _unresolved(view, str(error), schema)
        return
    typed = annotate_types(qualified, schema=schema, dialect="postgres")
    view.columns = {
        projection.alias_or_name: projection.type.sql("postgres") if projection.type else "unknown"
        for projection in typed.selects
    }
    for key in view.key:
        if key not in view.columns:
            hint = did_you_mean(key, view.columns)
            message = f"key names {key!r}, which is no column of the view{hint}"
            yield Problem(view.path, view.lines["key"], message)
    if "redshift" in view.targets:
        yield from _averages(view, typed)


def _averages(view: View, typed: exp.Expression) -> Iterator[Problem]:
    for average in typed.find_all(exp.Avg):
        value = average.this
        if value.type is not None and value.type.this in exp.DataType.INTEGER_TYPES:
            line = next((each.meta["line"] for each in value.find_all(exp.Identifier)
                         if "line" in each.meta), 1)  # fmt: skip
            message = (
                f"avg({value.sql('postgres')}) is cut to a whole number by Redshift - wanted "
                f"avg({value.sql('postgres')}::double precision)"
            )
            yield Problem(view.path, _line(view, line), message)


def _unresolved(view: View, said: str, schema: dict[str, dict[str, Columns]]) -> Problem:
    place, named = PLACE.search(said), UNRESOLVED.search(said)
    line = _line(view, int(place["line"])) if place else view.line
    if named is None:
        return Problem(view.path, line, f"{PLACE.sub('', said)} - wanted columns that are there")
    every = [column for of in schema.values() for columns in of.values() for column in columns]
    message = f"column {named['name']!r} is in no table that the view reads"
    return Problem(view.path, line, message + did_you_mean(named["name"], every))


def _line(view: View, line: int) -> int:
    """A line of the query as one of the file."""
    return view.line + line - 1
