"""A file has arrived: note it once, pin that version, look at it, queue it, start its load."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws, catalogue
from stagecoach.alerts import send_alerts
from stagecoach.dataset import Dataset
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch_ready
from stagecoach.errors import FileRefused, StagecoachError, UnknownDataset
from stagecoach.log import log
from stagecoach.messages import Failures, one_by_one
from stagecoach.sniff import pinned_name, sniff

GONE = "the file was deleted before it could be read - send it again"


@dataclass(frozen=True)
class Delivery:
    """One version of one object, as an event or a listing tells of it; `event_time` is ISO 8601."""

    bucket: str
    key: str
    version_id: str
    size: int
    etag: str | None
    sequencer: str | None
    event_time: str


class Ignored(Exception):
    """A message that tells of nothing to load."""


def arrive(depot: Depot, records: Iterable[dict[str, Any]]) -> Failures:
    """Take in every delivery that a batch of SQS messages tells of, and start what can start.

    Answers the messages to be redelivered; one bad message does not bring back the others.
    """

    def take(record: dict[str, Any]) -> None:
        try:
            delivery = parse(record["body"], depot.settings.landing)
            taken = take_in(depot, delivery)
        except (Ignored, UnknownDataset) as reason:
            log("ignored", message_id=record.get("messageId"), reason=str(reason))
            return
        for name in taken:
            dispatch_ready(depot, name)

    failures = one_by_one(records, take)
    send_alerts(depot)
    return failures


def parse(body: str, landing: str) -> Delivery:
    """Read EventBridge's `Object Created`. Raises Ignored for anything else."""
    try:
        event = json.loads(body)
        told = event["detail"]["object"]
        delivery = Delivery(
            bucket=event["detail"]["bucket"]["name"],
            key=told["key"],
            version_id=told.get("version-id") or "null",
            size=int(told.get("size", 0)),
            etag=told.get("etag"),
            sequencer=told.get("sequencer"),
            event_time=event["time"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Ignored(f"the message is not an S3 event: {error!r}") from error
    if event.get("detail-type") != "Object Created":
        raise Ignored(f"the event is {event.get('detail-type')!r}, not 'Object Created'")
    if delivery.bucket != landing:
        raise Ignored(f"the event is about the bucket {delivery.bucket!r}, not {landing!r}")
    if delivery.key.endswith("/"):
        raise Ignored(f"{delivery.key!r} is a folder marker")
    return delivery


def take_in(depot: Depot, delivery: Delivery) -> list[str]:
    """Take in a delivery for every dataset that has its key; answers their names.

    What goes wrong with one of them does not keep the others from it. Calling it again, at the same
    time or later, changes nothing. Raises UnknownDataset, and the first thing that went wrong.
    """
    found = catalogue.matching(delivery.key, depot.datasets)
    wrong: list[Exception] = []
    for dataset in found:
        try:
            take_in_for(depot, delivery, dataset)
        except (StagecoachError, ClientError, BotoCoreError) as error:
            log("arrive", dataset=dataset.name, key=delivery.key, error=str(error))
            wrong.append(error)
    if wrong:
        raise wrong[0]
    return [dataset.name for dataset in found]


def take_in_for(depot: Depot, delivery: Delivery, dataset: Dataset) -> None:
    """Note a delivery for one dataset and get its load as far as the queue."""
    noted = depot.ledger.receive(
        delivery.bucket,
        delivery.key,
        delivery.version_id,
        dataset.name,
        size=delivery.size,
        etag=delivery.etag,
        sequencer=delivery.sequencer,
        event_time=delivery.event_time,
    )
    log("received", dataset=dataset.name, key=delivery.key, step="arrive", **noted)
    if noted["state"] == "received":
        pin(depot, dataset, noted["load_id"], delivery.bucket, delivery.key, delivery.version_id)


def pin(
    depot: Depot, dataset: Dataset, load_id: str, bucket: str, key: str, version_id: str
) -> None:
    """Copy the version that this load is about, look at the copy, then queue or refuse the load."""
    pinned_key = f"{load_id}/{pinned_name(dataset, key)}"
    if not aws.copy_version(bucket, key, version_id, depot.settings.pinned, pinned_key):
        depot.ledger.refuse(load_id, GONE)
        log("refused", dataset=dataset.name, load_id=load_id, step="pin", reason=GONE)
        return
    try:
        facts = look(dataset, key, depot.settings.pinned, pinned_key)
    except FileRefused as refusal:
        depot.ledger.refuse(load_id, str(refusal))
        log("refused", dataset=dataset.name, load_id=load_id, step="sniff", reason=str(refusal))
        return
    depot.ledger.queue(load_id, {**facts, "pinned_key": pinned_key})
    log("queued", dataset=dataset.name, load_id=load_id, step="arrive")


def look(dataset: Dataset, key: str, bucket: str, pinned_key: str) -> dict[str, Any]:
    """Sniff the pinned copy by ranges, never the whole of it. Raises FileRefused."""
    size = aws.size_of(bucket, pinned_key)

    def read(start: int, length: int) -> bytes:
        return aws.read_range(bucket, pinned_key, start, length)

    return sniff(dataset, key, size, read)
