"""Questions that the command line puts to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stagecoach.arrive import pin
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch
from stagecoach.errors import Permanent, StagecoachError, UnknownDataset

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
                return depot.ledger.find_delivery(
                    question["bucket"], question["key"], question["version_id"]
                )
            case "replay":
                return again(depot, question["load_id"], depot.ledger.replay)
            case "approve":
                return again(depot, question["load_id"], depot.ledger.approve)
            case other:
                raise Permanent(
                    f"{other!r} is not a question - ask loads, load, rejects, delivery, replay "
                    "or approve"
                )
    except KeyError as missing:
        raise Permanent(f"the question {question['ask']!r} lacks {missing}") from missing


def again(depot: Depot, load_id: str, begin: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Load the same delivery again: `begin` makes the new load, which is pinned and queued as if
    it had just arrived.
    """
    old = depot.ledger.load_report(load_id)
    if old["dataset"] not in depot.datasets:
        raise UnknownDataset(f"dataset {old['dataset']} is not declared any more")
    dataset = depot.datasets[old["dataset"]]
    load = begin(load_id)
    pin(depot, dataset, load["load_id"], load["bucket"], load["key"], load["version_id"])
    dispatch(depot, dataset.name)
    return depot.ledger.load_report(load["load_id"])
