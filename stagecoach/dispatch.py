"""Start the next load of a dataset, when none is running."""

from __future__ import annotations

import json
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws, runs
from stagecoach.depot import Depot
from stagecoach.errors import Unavailable
from stagecoach.log import log

Outcome = Literal["started", "idle", "full", "unsure"]


def dispatch(depot: Depot, dataset: str) -> Outcome:
    """Claim the oldest queued load and start its workflow.

    `idle`: nothing waits, or a load runs. `full`: Glue runs as many as it may, the load stays
    queued. `unsure`: Glue did not answer; the load counts as running until `settle` finds its
    workflow run, or finds that there is none. Raises Unavailable when Glue refuses to start.
    """
    claimed = depot.ledger.claim(dataset)
    if claimed is None:
        return "idle"
    workflow = depot.settings.workflow(dataset)
    try:
        run_id = start(workflow, claimed)
    except BotoCoreError as error:
        log("start unsure", dataset=dataset, load_id=claimed["load_id"], error=str(error))
        return "unsure"
    except ClientError as error:
        return _not_started(depot, dataset, claimed, error)
    depot.ledger.started(claimed["load_id"], run_id)
    log("started", dataset=dataset, load_id=claimed["load_id"], run_id=run_id, step="dispatch")
    return "started"


def dispatch_dependent(depot: Depot, dataset: str) -> None:
    """Start what may have waited for a dataset because it looks up its rows."""
    for name, other in depot.datasets.items():
        if dataset in other.lookups:
            dispatch(depot, name)


def dispatch_ready(depot: Depot, dataset: str) -> None:
    """Start what may go now that a file of a dataset came: its own load, and those of the other
    members of its batch when it was the last one that they waited for.

    What goes wrong with one does not keep the others. Raises Unavailable, the last one's.
    """
    wrong: Unavailable | None = None
    for name in depot.ledger.ready_members(dataset):
        try:
            dispatch(depot, name)
        except Unavailable as error:
            log("dispatch", dataset=name, error=str(error))
            wrong = error
    if wrong is not None:
        raise wrong


def start(workflow: str, claimed: dict[str, Any]) -> str:
    """Start a workflow run that carries the load; answers its id."""
    answer = aws.glue().start_workflow_run(
        Name=workflow,
        RunProperties={
            "load_id": claimed["load_id"],
            "attempt": str(claimed["attempt"]),
            "pinned_key": claimed["pinned_key"],
            "lookups": json.dumps(claimed["lookups"]),
        },
    )
    return answer["RunId"]


def _not_started(
    depot: Depot, dataset: str, claimed: dict[str, Any], error: ClientError
) -> Outcome:
    load_id = claimed["load_id"]
    if aws.error_code(error) == "ConcurrentRunsExceededException":
        # boto3 repeats a call whose answer was lost: the run in the way may be our own.
        run = runs.find(depot.settings.workflow(dataset), load_id, claimed["attempt"])
        if run is not None:
            depot.ledger.started(load_id, run.id)
            return "started"
        depot.ledger.unclaim(load_id)
        return "full"
    if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        log("start unsure", dataset=dataset, load_id=load_id, error=str(error))
        return "unsure"
    depot.ledger.unclaim(load_id)
    raise Unavailable(f"the workflow of {dataset} would not start: {error}") from error
