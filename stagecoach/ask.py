"""Questions that the command line puts to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stagecoach import marts, table_migration
from stagecoach.arrive import pin
from stagecoach.dataset import Dataset
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch_ready
from stagecoach.errors import Permanent, StagecoachError, UnknownDataset
from stagecoach.mend import mend
from stagecoach.publish import nudge

Question = dict[str, Any]


def ask(depot: Depot, question: Question) -> dict[str, Any]:
    """Answer `{"ok": ...}`, or `{"error": "one sentence"}`; docs/seams.md lists the questions."""
    try:
        return {"ok": answer(depot, question)}
    except StagecoachError as error:
        return {"error": str(error)}


def answer(depot: Depot, question: Question) -> Any:
    """The answer. Raises Permanent for a question that cannot be answered."""
    try:
        match question.get("ask"):
            case "loads":
                limit = int(question.get("limit") or 20)
                return depot.ledger.loads(question.get("dataset"), limit)
            case "load":
                return depot.ledger.load_report(question["load_id"])
            case "rejects":
                return depot.ledger.rejects(question["load_id"])
            case "delivery":
                bucket, key, version = (question[each] for each in ("bucket", "key", "version_id"))
                return depot.ledger.find_delivery(bucket, key, version, question.get("dataset"))
            case "replay" if question.get("rows") is not None:
                return mended(depot, question["load_id"], question["rows"])
            case "replay":
                return again(depot, question["load_id"], depot.ledger.replay)
            case "approve":
                return again(depot, question["load_id"], depot.ledger.approve)
            case "mart":
                return depot.ledger.load_report(marts.ask_for(depot, question["dataset"]))
            case "batches":
                return depot.ledger.batches(question.get("batch"), int(question.get("limit") or 10))
            case "publish":
                return published(depot, question["load_id"])
            case "migrate_table":
                return table_migration.begin(depot, question["dataset"])
            case "table_migration":
                return table_migration.look(depot, question["dataset"])
            case "abandon_migration":
                return table_migration.abandon(depot, question["dataset"])
            case other:
                raise Permanent(
                    f"{other!r} is not a question - ask loads, load, rejects, delivery, replay, "
                    "approve, mart, batches, publish, migrate_table, table_migration or "
                    "abandon_migration"
                )
    except KeyError as missing:
        raise Permanent(f"the question {question['ask']!r} lacks {missing}") from missing


def again(depot: Depot, load_id: str, begin: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Load the same delivery again: `begin` makes the new load, which is pinned and queued as if
    it had just arrived, from the old load's pinned copy where there is one.
    """
    dataset = _dataset(depot, depot.ledger.load_report(load_id))
    load = begin(load_id)
    if load["state"] == "received" and dataset.source.mart:
        marts.pin(depot, dataset.name, load["load_id"])
    elif load["state"] == "received":
        origin = (load["bucket"], load["key"], load["version_id"])
        if load.get("pinned_from"):
            origin = (depot.settings.pinned, load["pinned_from"], "null")
        pin(depot, dataset, load["load_id"], *origin)
    dispatch_ready(depot, dataset.name)
    return depot.ledger.load_report(load["load_id"])


def mended(depot: Depot, load_id: str, rows: list[Any]) -> dict[str, Any]:
    """Load rows that a load refused, as they were mended; the same rows again change nothing."""
    old = depot.ledger.load_report(load_id)
    dataset = _dataset(depot, old)
    if dataset.source.mart:
        raise Permanent(
            f"the rows of {dataset.name} are computed, no file of them can be mended - mend what "
            "they are computed of, or change the SQL"
        )
    new_id = mend(depot, dataset, old, rows)
    dispatch_ready(depot, dataset.name)
    return depot.ledger.load_report(new_id)


def published(depot: Depot, load_id: str) -> dict[str, Any]:
    """Bring a load to Redshift now, which failed there or waits for its next try."""
    load = depot.ledger.republish(load_id)
    nudge(depot, load["dataset"])
    return load


def _dataset(depot: Depot, load: dict[str, Any]) -> Dataset:
    if load["dataset"] not in depot.datasets:
        raise UnknownDataset(f"dataset {load['dataset']} is not declared any more")
    return depot.datasets[load["dataset"]]
