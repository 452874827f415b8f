"""Bring to Redshift what was applied in PostgreSQL: one load after the other, each exactly once.

Level-triggered: what a message says is only which dataset is worth a look. Looking twice, late, at
the same time or without a message changes nothing. What decides whether a load is in Redshift is
its row in `etl.applied` there, which commits with the rows: a batch that runs again leaves the
load alone and answers what was counted then.
"""

from __future__ import annotations

import json
import math
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws
from stagecoach.alerts import send_alerts
from stagecoach.batch import WAS_APPLIED, batch, copy_manifest
from stagecoach.copy_errors import why_copy_refused
from stagecoach.depot import Depot
from stagecoach.errors import Permanent, Retryable, StagecoachError, Unavailable
from stagecoach.log import log
from stagecoach.messages import one_by_one
from stagecoach.settle import dataset_of
from stagecoach.views import datasets_to_look_at, refresh_warehouse
from stagecoach.warehouse import REASON_CHARACTERS, Redshift, Statement, is_spent

Publication = dict[str, Any]

ASK_SECONDS = 20.0
MOST_DELAY_SECONDS = 900  # SQS keeps a message back no longer


def publish(depot: Depot, redshift: Redshift, event: dict[str, Any]) -> dict[str, Any]:
    """Look at the datasets that a batch of messages is about, or without messages at all of them.

    Answers the messages to be redelivered, or {"looked", "troubled"}.
    """

    def handle(record: dict[str, Any]) -> None:
        name = named_in(depot, record["body"])
        if name is None:
            log("ignored", message_id=record.get("messageId"), reason="about nothing of ours")
            return
        try:
            look(depot, redshift, name)
        finally:
            send_alerts(depot)

    if "Records" in event:
        return dict(one_by_one(event["Records"], handle))
    return look_at_all(depot, redshift)


def look_at_all(depot: Depot, redshift: Redshift) -> dict[str, int]:
    """Look at every dataset with open publications or views that lack some; trouble with one does
    not keep the others.
    """
    names = {each["dataset"] for each in depot.ledger.open_publications()}
    names |= datasets_to_look_at(depot)
    troubled = 0
    for name in sorted(names):
        try:
            look(depot, redshift, name)
        except (StagecoachError, ClientError, BotoCoreError) as error:
            troubled += 1
            log("publish", dataset=name, error=str(error))
    send_alerts(depot)
    return {"looked": len(names), "troubled": troubled}


def named_in(depot: Depot, body: str) -> str | None:
    """The dataset of a message: ours, Glue's about a job, or the Data API's about a statement."""
    try:
        told = json.loads(body)
        detail = told.get("detail") or {}
        statement = str(detail.get("statementName") or "")
        name = told.get("dataset") or dataset_of(body, depot.settings.workflow(""))
    except (ValueError, AttributeError):
        return None
    prefix = depot.settings.workflow("")
    if statement.startswith(prefix):
        return statement.removeprefix(prefix)
    return str(name) if name else None


def look(depot: Depot, redshift: Redshift, dataset: str) -> None:
    """Settle the publication that runs, if it is over, start the next one, and refresh views."""
    for publication in depot.ledger.open_publications(dataset):
        if publication["state"] == "running":
            judge(depot, redshift, publication)
    begun = depot.ledger.next_publication(dataset)
    if begun is not None:
        start(depot, redshift, begun)
    refresh_warehouse(depot, redshift, dataset)


def judge(depot: Depot, redshift: Redshift, publication: Publication) -> None:
    """Write down what came of a running publication; one whose statement was never noted begins
    again under the same token, so that it is the same statement if there was one.
    """
    if publication["statement_id"] is None:
        start(depot, redshift, publication)
        return
    statement = redshift.describe(publication["statement_id"])
    if statement is not None and not statement.is_over:
        if (minutes := int(publication["seconds"] / 60)) > 0:
            doing = f"statement {statement.id} is {statement.status} for {minutes} minutes"
            depot.ledger.publication_delayed(publication["load_id"], publication["attempt"], doing)
    elif statement is not None and statement.status == "FINISHED":
        finish(depot, publication, redshift.rows(statement.last))
    elif statement is not None and statement.status == "FAILED":
        explain_failure(depot, redshift, publication, statement)
    else:
        look_for(depot, redshift, publication, statement)


def look_for(
    depot: Depot, redshift: Redshift, publication: Publication, statement: Statement | None
) -> None:
    """A statement was cancelled, or nobody knows of it: its transaction may have committed."""
    rows = redshift.ask(WAS_APPLIED, ASK_SECONDS, load_id=publication["load_id"])
    if rows:
        finish(depot, publication, rows)
        return
    lost = "was cancelled" if statement else "is not known to the Data API any more"
    put_back(depot, publication, Unavailable(f"statement {publication['statement_id']} {lost}"))


def finish(depot: Depot, publication: Publication, rows: list[dict[str, Any]]) -> None:
    """The load is in Redshift, as its row in `etl.applied` says."""
    if not rows:
        missing = "its batch finished and left no row in etl.applied - deploy again"
        put_back(depot, publication, Permanent(missing))
        return
    load_id, attempt = publication["load_id"], publication["attempt"]
    answer = depot.ledger.published(load_id, attempt, rows[0])
    log("published", dataset=publication["dataset"], step="publish", counts=rows[0], **answer)


def start(depot: Depot, redshift: Redshift, publication: Publication) -> None:
    """Submit the batch of a publication that is ours; it goes back in line when that fails."""
    dataset, load_id, attempt = (publication[name] for name in ("dataset", "load_id", "attempt"))
    try:
        statements = prepare(depot, redshift, publication)
        name, token = depot.settings.workflow(dataset), f"{load_id}-{attempt}"
        statement_id = redshift.submit(statements, name=name, token=token)
    except (Permanent, Retryable) as error:
        put_back(depot, publication, error, reached=False)
        return
    depot.ledger.publication_started(load_id, attempt, statement_id)
    facts = {"dataset": dataset, "load_id": load_id, "attempt": attempt}
    log("publishing", step="publish", statement_id=statement_id, **facts)


def prepare(depot: Depot, redshift: Redshift, publication: Publication) -> list[str]:
    """Write the copy manifest of a load, and answer its statements."""
    load_id, pinned = publication["load_id"], depot.settings.pinned
    try:
        told = aws.read_object(pinned, f"{load_id}/manifest.json")
        if told is None:
            raise Permanent(
                f"s3://{pinned}/{load_id}/manifest.json is gone - "
                f"bring the whole table over: stagecoach migrate-table {publication['dataset']}"
            )
        manifest = json.loads(told)
        sizes = clean_sizes(depot, publication, manifest)
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"S3 did not answer: {error}") from error
    gone = [file for file in manifest["files"] if file not in sizes]
    if gone:
        raise Permanent(
            f"{gone[0]} is gone from the clean zone - "
            f"bring the whole table over: stagecoach migrate-table {publication['dataset']}"
        )
    uri = f"s3://{pinned}/{load_id}/copy.manifest"
    listed = copy_manifest((file, sizes[file]) for file in manifest["files"])
    aws.write_uri(uri, listed.encode())
    return batch(publication, manifest, uri, redshift.place.role)


def clean_sizes(depot: Depot, publication: Publication, manifest: dict[str, Any]) -> dict[str, int]:
    """The clean files of a load, as {uri: bytes}; a mart keeps some of the loads before it."""
    clean, kept = depot.settings.clean, manifest.get("partitions") or []
    loads = {publication["load_id"], *(entry["load_id"] for entry in kept)}
    return {
        f"s3://{clean}/{each['Key']}": each["Size"]
        for load in sorted(loads)
        for each in aws.list_objects(clean, f"{publication['dataset']}/_load_id={load}/")
    }


def explain_failure(
    depot: Depot, redshift: Redshift, publication: Publication, statement: Statement
) -> None:
    """Redshift refused a batch: to be tried again, or with a sentence that says what to do."""
    failure = statement.failure
    if isinstance(failure, Retryable):
        put_back(depot, publication, failure, reached=not is_spent(statement.error))
        return
    load_id, dataset = publication["load_id"], publication["dataset"]
    details = why_copy_refused(redshift, load_id, dataset, ASK_SECONDS)
    put_back(depot, publication, Permanent(details or str(failure)))


def put_back(
    depot: Depot, publication: Publication, error: StagecoachError, *, reached: bool = True
) -> None:
    """An attempt came to nothing. Somebody looks again when it is due."""
    reason = str(error)[:REASON_CHARACTERS]
    answer = depot.ledger.unpublished(
        publication["load_id"],
        publication["attempt"],
        reason,
        retryable=isinstance(error, Retryable),
        reached=reached,
    )
    dataset = publication["dataset"]
    log("not published", dataset=dataset, step="publish", reason=reason, **answer)
    if answer["state"] == "waiting":
        nudge(depot, dataset, answer["wait_seconds"])


def nudge(depot: Depot, dataset: str, wait_seconds: float = 0) -> None:
    """Have somebody look at a dataset, after a while; the 15-minute look comes anyway."""
    if depot.settings.publish_queue is None:
        return
    delay = min(math.ceil(wait_seconds), MOST_DELAY_SECONDS)
    try:
        aws.send_message(depot.settings.publish_queue, {"dataset": dataset}, delay)
    except (ClientError, BotoCoreError) as error:
        log("not nudged", dataset=dataset, error=str(error))
