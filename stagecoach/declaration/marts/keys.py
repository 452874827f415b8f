"""What the keys of a mart ask of each other."""

from __future__ import annotations

from collections.abc import Iterator

from stagecoach.declaration.document import Document
from stagecoach.declaration.named import RECKONED, base, columns, known, texts
from stagecoach.declaration.problems import Path, Problem, listed

OF_FILES = ("prefix", "format", "csv", "json", "xlsx", "fetch")
OF_MARTS = (("source", "partition_by"), ("source", "partitions"), ("checks",))
OF_LOADS = ("order_by", "empty", "deletes", "deleted_when")
PARTITIONS = ("smallint", "integer", "bigint", "date", "varchar", "text", "boolean")


def is_mart(document: Document) -> bool:
    """Whether a declaration is one of rows that no file brings."""
    return document.at("source", "sql") is not None


def check(document: Document) -> Iterator[Problem]:
    """Every mistake between the keys of a mart; and its keys where there is none."""
    if not is_mart(document):
        for path in OF_MARTS:
            if document.at(*path):
                message = f"{'.'.join(path)} is for marts - wanted it only with source.sql"
                yield document.problem(path, message)
        return
    for key in OF_FILES:
        if document.at("source", key) is not None:
            message = f"a mart is computed, no file brings it - wanted no {key!r} beside sql"
            yield document.problem(("source", key), message)
    yield from _load(document)
    yield from _columns(document)
    yield from _partitions(document)


def _load(document: Document) -> Iterator[Problem]:
    mode = document.at("load", "mode")
    if isinstance(mode, str) and mode != "snapshot":
        message = f"mode {mode} - wanted mode: snapshot, a mart is the whole truth each time"
        yield document.problem(("load", "mode"), message)
    for key in OF_LOADS:
        if mode == "snapshot" and document.at("load", key) is not None:
            message = f"a mart has one row of each key - wanted no {key!r} beside source.sql"
            yield document.problem(("load", key), message)
    if document.at("drift") == "evolve":
        message = "drift: evolve is for files - wanted drift: strict, the columns are in the SQL"
        yield document.problem(("drift",), message)


def _columns(document: Document) -> Iterator[Problem]:
    for at, column in columns(document):
        for key in (*RECKONED, "from", "format"):
            if column.get(key) is not None:
                message = f"column {column['name']!r} is computed in the SQL - wanted no {key!r}"
                yield document.problem(("columns", at, key), message)


def _partitions(document: Document) -> Iterator[Problem]:
    named, path = document.at("source", "partition_by"), ("source", "partition_by")
    if named is None:
        if document.at("source", "partitions"):
            message = "partitions without partition_by - wanted the column that names a partition"
            yield document.problem(("source", "partitions"), message)
        return
    if not isinstance(named, str):
        return
    unknown = list(known(document, path, named))
    yield from unknown
    if unknown:
        return
    if named not in [name for _, name in texts(document, "key")]:
        message = f"partition_by names {named!r}, which is not in the key - wanted a key column"
        yield document.problem(path, message)
    yield from _kind(document, path, named)


def _kind(document: Document, path: Path, named: str) -> Iterator[Problem]:
    kind = next(base(each.get("type")) for _, each in columns(document) if each["name"] == named)
    if kind is not None and kind not in PARTITIONS:
        message = f"partition_by names {named!r}, a {kind} - wanted one of {listed(PARTITIONS)}"
        yield document.problem(path, message)
