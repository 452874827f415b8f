"""Something of a load ended: make the ledger say so, tell people, start the next load.

Level-triggered: what an event says is only that it is worth looking. Looking twice, late, or
without an event changes nothing.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws, errors, runs
from stagecoach.alerts import send_alerts
from stagecoach.current import keep_quietly
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch, dispatch_dependent
from stagecoach.errors import Busy, StagecoachError
from stagecoach.log import log
from stagecoach.marts import build_due
from stagecoach.messages import Failures, one_by_one
from stagecoach.runs import Run
from stagecoach.views import refresh
from stagecoach.witness import bear_witness, has_crawled

PATIENCE_SECONDS = 25.0
# Of the 120 that Terraform gives the function; the sweep has more.
REFRESH_SECONDS = 50.0
# A function may have claimed the load a moment ago and be starting its workflow right now.
GRACE_SECONDS = 120.0
REFUSALS = ("LoadRejected", "FileRefused")
ERROR = re.compile(r"\b(?P<kind>[A-Z][A-Za-z]+):\s+(?P<said>.+)", re.DOTALL)


def settle(
    depot: Depot, records: Iterable[dict[str, Any]], patience: float = PATIENCE_SECONDS
) -> Failures:
    """Look at every dataset that a batch of Glue events is about."""

    def look(record: dict[str, Any]) -> None:
        name = dataset_of(record["body"], depot.settings.workflow(""))
        if name is None:
            log(
                "ignored", message_id=record.get("messageId"), reason="not a job or crawler of ours"
            )
            return
        reconcile(depot, name)
        send_alerts(depot)
        keep_quietly(depot, name)
        start_others(depot, name)
        start_next(depot, name, patience)
        refresh(depot, REFRESH_SECONDS, name)
        send_alerts(depot)
        if has_crawled(record["body"]):
            bear_witness(depot, name)

    return one_by_one(records, look)


def start_others(depot: Depot, dataset: str) -> None:
    """Start what waited for a dataset; what cannot start is left to the sweep, for it keeps no load
    of the dataset itself.
    """
    for start in (lambda: dispatch_dependent(depot, dataset), lambda: build_due(depot)):
        try:
            start()
        except (StagecoachError, ClientError, BotoCoreError) as error:
            log("not started", dataset=dataset, step="settle", error=str(error))


def dataset_of(body: str, prefix: str) -> str | None:
    """The dataset whose job or crawler an event names; None when it is about something else."""
    try:
        detail = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        return None
    name = str(detail.get("jobName") or detail.get("crawlerName") or "")
    if not name.startswith(prefix):
        return None
    return re.sub("-(transform|stage)$", "", name.removeprefix(prefix)) or None


def reconcile(depot: Depot, dataset: str) -> None:
    """Bring the ledger's running load of a dataset in line with what Glue did."""
    workflow = depot.settings.workflow(dataset)
    newest = runs.latest(workflow)
    if newest is not None:
        note_steps(depot, newest)
    for load in depot.ledger.open_loads(dataset):
        if load["state"] == "running":
            judge(depot, dataset, load, find_run(depot, workflow, load))


def find_run(depot: Depot, workflow: str, load: dict[str, Any]) -> Run | None:
    """The workflow run of a running load; one whose start was never noted is noted now."""
    if load["workflow_run_id"] is not None:
        return runs.get(workflow, load["workflow_run_id"])
    run = runs.find(workflow, load["load_id"], load["attempt"])
    if run is not None:
        depot.ledger.started(load["load_id"], run.id)
    return run


def judge(depot: Depot, dataset: str, load: dict[str, Any], run: Run | None) -> None:
    """End a running load whose workflow run cannot bring it to `applied` any more."""
    if run is None:
        if load["workflow_run_id"] is None and load["claimed_seconds"] < GRACE_SECONDS:
            return
        lost = "its workflow run is not to be found"
        end(depot, dataset, load, lost, retryable=True)
    elif run.failed_job is not None:
        note_steps(depot, run)
        explain_failure(depot, dataset, load, run.failed_job)
    elif run.is_over and not run.is_working:
        note_steps(depot, run)
        reason = f"the workflow run ended as {run.status} without applying the load"
        end(depot, dataset, load, reason, retryable=True)


def explain_failure(depot: Depot, dataset: str, load: dict[str, Any], job: runs.Job) -> None:
    """A job ended badly: refused by the manifest, by a sentence of ours, or to be tried again."""
    manifest = read_manifest(depot, load["load_id"])
    counts = manifest.get("counts")
    said = ERROR.search(job.error)
    kind, sentence = (said["kind"], said["said"].strip()) if said else ("", job.error)
    if manifest.get("verdict") == "rejected" and manifest.get("attempt") == load["attempt"]:
        reason = manifest.get("reason") or sentence
        refuse(depot, dataset, load, reason, manifest.get("rejects"), counts)
    elif kind in REFUSALS:
        refuse(depot, dataset, load, sentence, manifest.get("rejects"), counts)
    else:
        reason = f"job {job.step} ended as {job.state}: {sentence or 'it gave no reason'}"
        end(depot, dataset, load, reason, retryable=not is_permanent(kind))


def is_permanent(kind: str) -> bool:
    """Whether an exception's name is one of our errors that no retry can help."""
    named = getattr(errors, kind, None)
    return isinstance(named, type) and issubclass(named, errors.Permanent)


def refuse(
    depot: Depot,
    dataset: str,
    load: dict[str, Any],
    reason: str,
    rejects: list[dict[str, Any]] | None,
    counts: dict[str, Any] | None,
) -> None:
    """The file was judged and refused."""
    answer = depot.ledger.refuse(load["load_id"], reason, rejects, counts)
    log("refused", dataset=dataset, step="settle", reason=reason, **answer)
    if answer["state"] != "applied":
        forget_clean(depot, dataset, load)


def end(depot: Depot, dataset: str, load: dict[str, Any], reason: str, *, retryable: bool) -> None:
    """The attempt came to nothing."""
    answer = depot.ledger.fail(load["load_id"], reason, retryable=retryable)
    log("attempt over", dataset=dataset, step="settle", reason=reason, **answer)
    if answer["state"] != "applied":
        forget_clean(depot, dataset, load)


def forget_clean(depot: Depot, dataset: str, load: dict[str, Any]) -> None:
    """Take rows out of the clean zone that were not applied; the rejected ones stay."""
    aws.delete_prefix(depot.settings.clean, f"{dataset}/_load_id={load['load_id']}/")


def read_manifest(depot: Depot, load_id: str) -> dict[str, Any]:
    """What transform found, or nothing when it did not get so far."""
    text = aws.read_object(depot.settings.pinned, f"{load_id}/manifest.json")
    return dict(json.loads(text)) if text else {}


def note_steps(depot: Depot, run: Run) -> None:
    """Write down where the time of a run went, as far as it has come."""
    if run.load_id is None:
        return
    over = [job for job in run.jobs if job.state in runs.JOB_OVER and job.seconds is not None]
    for job in over:
        started = job.started.isoformat() if job.started else None
        detail = {"state": job.state, "started": started}
        depot.ledger.step(run.load_id, job.step, job.seconds or 0.0, detail)
    if any(job.step == "transform" for job in over):
        for noted in read_manifest(depot, run.load_id).get("steps", []):
            depot.ledger.step(run.load_id, noted["step"], noted["seconds"])


def start_next(depot: Depot, dataset: str, patience: float) -> None:
    """Start the next load. The last event of a run comes before Glue calls the run over: then
    wait a little, and leave the rest to a redelivery.

    Raises Busy when Glue still counts a run in which nothing happens any more.
    """
    give_up = time.monotonic() + patience
    while dispatch(depot, dataset) == "full":
        newest = runs.latest(depot.settings.workflow(dataset))
        if newest is not None and newest.is_working:
            return
        if time.monotonic() > give_up:
            raise Busy(f"the last workflow run of {dataset} is not over yet - trying again")
        time.sleep(1)
