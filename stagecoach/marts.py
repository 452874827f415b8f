"""Marts: ask for a build when the inputs have news, and bring it as far as the queue.

Level-triggered, as `settle` is: which marts are due is asked anew each time, and asking twice, late
or at once is one build. What a build is computed of is fixed when it is asked for.
"""

from __future__ import annotations

import json
from typing import Any

from stagecoach import aws
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch
from stagecoach.errors import StagecoachError, UnknownDataset
from stagecoach.log import log


def build_due(depot: Depot) -> int:
    """Start the builds that are due; answers how many were asked for.

    One whose deployment is half done, the database or the declaration being older than the other,
    is left for the next time; what goes wrong with one keeps no other. Raises the last one's error.
    """
    if not any(dataset.source.mart for dataset in depot.datasets.values()):
        return 0
    started = 0
    wrong: StagecoachError | None = None
    for due in depot.ledger.due_marts():
        declared = depot.datasets.get(due["dataset"])
        if declared is None or declared.recipe != due["recipe"]:
            continue
        try:
            started += build(depot, due["dataset"]) is not None
        except StagecoachError as error:
            log("mart", dataset=due["dataset"], error=str(error))
            wrong = error
    if wrong is not None:
        raise wrong
    return started


def ask_for(depot: Depot, name: str) -> str:
    """Build a mart because a person wants it, due or not; answers its load, or the open one.

    Raises Permanent where it cannot be, UnknownDataset for what is not declared.
    """
    if name not in depot.datasets:
        raise UnknownDataset(f"dataset {name} is not declared")
    load_id = build(depot, name, is_asked=True)
    assert load_id is not None  # noqa: S101 - what is asked for is begun, or raises
    return load_id


def build(depot: Depot, name: str, *, is_asked: bool = False) -> str | None:
    """Bring a build of a mart as far as the queue and start it; answers its load.

    None when it is not due, unless somebody has asked for it.
    """
    begun = depot.ledger.begin_mart(name, depot.settings.clean, is_asked=is_asked)
    if begun is None:
        return None
    if begun["state"] == "received":
        pin(depot, name, begun["load_id"])
    dispatch(depot, name)
    return str(begun["load_id"])


def pin(depot: Depot, name: str, load_id: str) -> None:
    """Write down of which loads a build is computed, and queue it; twice is once."""
    pinned_key = f"{load_id}/inputs.json"
    inputs: dict[str, Any] = depot.ledger.pin_mart(load_id)
    text = json.dumps(inputs, indent=1) + "\n"
    aws.write_uri(f"s3://{depot.settings.pinned}/{pinned_key}", text.encode())
    depot.ledger.queue(load_id, {"pinned_key": pinned_key})
    log("queued", dataset=name, load_id=load_id, step="mart")
