"""What a load mode asks of the other keys."""

from __future__ import annotations

from collections.abc import Iterator

from stagecoach.declaration.document import Document
from stagecoach.declaration.named import base, columns, known
from stagecoach.declaration.problems import Problem, listed

KEYED = ("snapshot", "upsert", "history")
DELETING = ("snapshot", "history", "replace")
ADDED = ("valid_from", "valid_to", "is_current")  # by a history to its live table
INSTANTS = ("timestamptz", "timestamp", "date")


def check(document: Document) -> Iterator[Problem]:
    """Every mistake in what `load` says of the file and of the table."""
    mode, order_by = document.at("load", "mode"), document.at("load", "order_by")
    if mode in KEYED and not document.at("key"):
        path = ("key",) if ("key",) in document.lines else ("load", "mode")
        yield document.problem(path, f"mode {mode} without a key - wanted key: [column, ...]")
    if isinstance(order_by, str):
        yield from known(document, ("load", "order_by"), order_by)
    if document.at("load", "versions") is not None and (mode != "append" or document.at("key")):
        message = "versions of an object are told apart by key or mode - wanted versions only with "
        yield document.problem(("load", "versions"), f"{message}append without a key")
    yield from _deletes(document, mode)
    yield from _deleted_when(document, mode)
    if mode == "history":
        yield from _history(document, order_by)


def _deletes(document: Document, mode: object) -> Iterator[Problem]:
    deletes = document.at("load", "deletes")
    if document.at("load", "max_deletes") is None:
        pass
    elif mode in ("upsert", "append"):
        message = f"mode {mode} deletes nothing - wanted max_deletes only with {listed(DELETING)}"
        yield document.problem(("load", "max_deletes"), message)
    elif mode == "history" and deletes == "ignore":
        message = "deletes: ignore ends nothing - wanted max_deletes only with deletes: close"
        yield document.problem(("load", "max_deletes"), message)
    if deletes is not None and mode != "history":
        message = f"mode {mode} has one meaning - wanted deletes only with history"
        yield document.problem(("load", "deletes"), message)


def _deleted_when(document: Document, mode: object) -> Iterator[Problem]:
    name = document.at("load", "deleted_when")
    path = ("load", "deleted_when")
    if not isinstance(name, str):
        return
    if mode != "upsert":
        yield document.problem(path, f"mode {mode} takes no delete flags - wanted mode: upsert")
    yield from known(document, path, name)
    for _, column in columns(document):
        if column["name"] == name and base(column.get("type")) not in ("boolean", None):
            message = f"deleted_when names {name!r}, which is {column['type']} - wanted a boolean"
            yield document.problem(path, message)
    if name in (document.at("key") or []):
        yield document.problem(path, f"deleted_when names {name!r} of the key - wanted another")


def _history(document: Document, order_by: object) -> Iterator[Problem]:
    deletes = document.at("load", "deletes")
    if deletes is None:
        message = (
            "mode history without deletes - wanted deletes: close (the file is the whole truth) "
            "or deletes: ignore (some rows)"
        )
        yield document.problem(("load", "mode"), message)
    if deletes == "close" and order_by is not None:
        message = "with deletes: close the file's time counts, not its rows' - wanted no order_by"
        yield document.problem(("load", "order_by"), message)
    for at, column in columns(document):
        if column["name"] in ADDED:
            message = f"history adds {listed(ADDED)} - wanted another name"
            yield document.problem(("columns", at, "name"), message)
        if column["name"] != order_by:
            continue
        kind = base(column.get("type"))
        if kind not in (*INSTANTS, None):
            message = f"order_by names {order_by!r}, which is {kind} - wanted {listed(INSTANTS)}"
            yield document.problem(("load", "order_by"), message)
        elif column.get("nullable") is True:
            message = f"column {order_by!r} says when a version begins - wanted no nullable: true"
            yield document.problem(("columns", at, "nullable"), message)
