"""Files of queries/: `-- description: ..`, then one select in the SQL of Athena."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stagecoach.dataset import Column, Dataset
from stagecoach.declaration.marts.query import sources
from stagecoach.declaration.problems import DeclarationErrors, Problem, did_you_mean, listed
from workbench.queries.query import DIALECT, Query

if TYPE_CHECKING:
    from sqlglot import exp

HEADER = re.compile(r"^-- description:\s*(?P<said>.*?)\s*$")
PLACE = re.compile(r"\.? ?Line: (?P<line>\d+), Col: \d+")
UNRESOLVED = re.compile(r"Column '\"?(?P<name>[^'\"]+)\"?' could not be resolved")
DESCRIPTION_MOST = 1024  # characters that Athena takes
SUFFIX = "_current"
LOAD = {"_load_id": "varchar"}
ROW = {"_row_no": "bigint", "_row_hash": "bigint"}
TYPES = {
    "numeric": "decimal", "text": "varchar", "json": "varchar", "uuid": "varchar",
    "time": "varchar", "timestamptz": "timestamp",
}  # fmt: skip

Columns = dict[str, str]


def load(folder: Path, datasets: Mapping[str, Dataset]) -> tuple[Query, ...]:
    """Read and check every *.sql of a folder; none where there is no folder.

    Raises DeclarationErrors with every mistake.
    """
    found: list[Query] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.sql")):
        try:
            found.append(read(path, datasets))
        except DeclarationErrors as error:
            problems += error.problems
    if problems:
        raise DeclarationErrors(problems)
    return tuple(found)


def read(path: Path, datasets: Mapping[str, Dataset]) -> Query:
    """One file. Raises DeclarationErrors for what Athena would refuse, or could not find."""
    name = str(path)
    try:
        text = path.read_text("utf-8").strip().removesuffix(";").rstrip()
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8 - wanted UTF-8"
        raise DeclarationErrors([Problem(name, 0, message)]) from error
    _refuse(_header(name, text))
    tree, problems = _parse(name, text)
    _refuse(problems)
    assert tree is not None  # noqa: S101 - else there were problems
    _refuse(_strangers(name, tree, datasets))
    _refuse(_columns(name, tree, datasets))
    said = HEADER.match(text.split("\n", 1)[0])
    reads = tuple(dict.fromkeys(table.name for table in sources(tree)))
    return Query(name, path.stem, said["said"] if said else "", text, tree, reads)


def schema(datasets: Mapping[str, Dataset]) -> dict[str, Columns]:
    """The columns of every table that a query may read, with their types."""
    known: dict[str, Columns] = {}
    for name, dataset in datasets.items():
        own = {column.name: _type(column) for column in dataset.columns}
        known[name] = {**own, **ROW, **LOAD}
        if has_current(dataset):
            mode = dataset.load.mode
            known[f"{name}{SUFFIX}"] = {**own, **LOAD} if mode == "append" else own
    return known


def has_current(dataset: Dataset) -> bool:
    """Whether the catalogue has a table of what the live table holds."""
    return dataset.load.mode in ("snapshot", "replace", "append")


def _type(column: Column) -> str:
    kind = column.kind
    base = TYPES.get(kind.base, kind.base)
    if base == "decimal":
        return f"decimal({kind.size[0]},{kind.size[1]})"
    return base


def _refuse(problems: Iterator[Problem] | list[Problem]) -> None:
    if found := list(problems):
        raise DeclarationErrors(found)


def _header(name: str, text: str) -> Iterator[Problem]:
    said = HEADER.match(text.split("\n", 1)[0])
    if said is None or not said["said"]:
        wanted = "wanted -- description: one sentence for people"
        yield Problem(name, 1, f"the first line says not what it asks - {wanted}")
    elif len(said["said"]) > DESCRIPTION_MOST:
        length = len(said["said"])
        message = f"found a description of {length} characters - wanted {DESCRIPTION_MOST} at most"
        yield Problem(name, 1, message)


def _parse(name: str, text: str) -> tuple[exp.Query | None, list[Problem]]:
    import sqlglot  # it takes a while, and most commands need no query
    from sqlglot import exp
    from sqlglot.errors import ParseError

    try:
        found = [tree for tree in sqlglot.parse(text, read=DIALECT) if tree is not None]
    except ParseError as error:
        said = error.errors[0]
        what = str(said["description"]).split("<Token")[0].strip()
        near = f" near {said['highlight']!r}" if said.get("highlight") else ""
        message = f"{what}{near} - wanted one select that Athena takes"
        return None, [Problem(name, int(said["line"] or 1), message)]
    if len(found) == 1 and isinstance(found[0], exp.Query):
        return found[0], []
    kinds = f"{len(found)} statements" if len(found) != 1 else f"a {found[0].key}"
    return None, [Problem(name, 1, f"found {kinds} - wanted one select")]


def _strangers(name: str, tree: exp.Query, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    known = schema(datasets)
    for table in sources(tree):
        line = int(table.this.meta.get("line", 1))
        if table.db or table.catalog:
            message = f"found {table.sql()!r} - wanted {table.name}: the workgroup's query says"
            yield Problem(name, line, f"{message} which database, and its name has the environment")
        elif table.name not in known:
            yield Problem(name, line, _missing(table.name, datasets, list(known)))


def _missing(table: str, datasets: Mapping[str, Dataset], known: list[str]) -> str:
    dataset = datasets.get(table.removesuffix(SUFFIX))
    if dataset is None or not table.endswith(SUFFIX):
        hint = did_you_mean(table, known) or f" - wanted one of {listed(sorted(known))}"
        return f"{table} is no table of the catalogue{hint}"
    newest = f"wanted {dataset.name}, every load of it, and of each key the newest row"
    return f"there is no {table}, for {dataset.name} is {dataset.load.mode} - {newest}"


def _columns(name: str, tree: exp.Query, datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """A problem for the first column that no table has."""
    from sqlglot.errors import OptimizeError

    try:
        qualified(tree, schema(datasets))
    except OptimizeError as error:
        said = str(error)
        place, named = PLACE.search(said), UNRESOLVED.search(said)
        line = int(place["line"]) if place else 1
        if named is not None:
            yield Problem(name, line, _unresolved(named["name"], tree, datasets))
        else:
            yield Problem(name, line, f"{PLACE.sub('', said)} - wanted columns that are there")


def _unresolved(column: str, tree: exp.Query, datasets: Mapping[str, Dataset]) -> str:
    known = schema(datasets)
    read = [known[table.name] for table in sources(tree)]
    if any(column in columns for columns in read):
        return f"column {column!r} is in several tables - wanted the table's name before it"
    hint = did_you_mean(column, [each for columns in read for each in columns])
    return f"column {column!r} is in no table that it reads{hint or ' - wanted one of theirs'}"


def qualified(tree: exp.Query, known: Mapping[str, Columns]) -> exp.Query:
    """The query with every column's table and type, for a dialect that reckons otherwise.

    Raises sqlglot's OptimizeError when a column is in no table.
    """
    from sqlglot.optimizer.annotate_types import annotate_types
    from sqlglot.optimizer.qualify import qualify

    found = qualify(
        tree.copy(), schema=dict(known), dialect=DIALECT, identify=False, quote_identifiers=False
    )
    typed: exp.Query = annotate_types(found, schema=dict(known), dialect=DIALECT)
    return typed
