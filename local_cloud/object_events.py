"""What S3 says about objects: events as AWS shapes them, sent after the request is answered."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from local_cloud import context, targets

REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "s3:ObjectRemoved:Delete": "DeleteObject",
    "s3:ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}
DELETIONS = {
    "s3:ObjectRemoved:Delete": "Permanently Deleted",
    "s3:ObjectRemoved:DeleteMarkerCreated": "Delete Marker Created",
}
MARKER = notifications.S3NotificationEvent.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT

_sequence_lock = threading.Lock()
_last_sequence = 0
# moto tags every new object and assembles a multipart upload through PutObject; AWS announces
# neither, so what is being done decides which events may leave.
_doing = threading.local()


@dataclass(frozen=True)
class Change:
    """What happened to an object, taken while it was so."""

    account: str
    name: str
    bucket: Any
    key: str
    version: str | None
    size: int
    etag: str
    sequencer: str
    time: str


def install() -> None:
    """Replace moto's synchronous events."""
    notifications.send_event = send_event
    _mark(S3Backend, "complete_multipart_upload", "multipart")
    _mark(S3Response, "put_object_tagging", "tagging")
    set_marker = S3Backend._set_delete_marker

    def set_delete_marker(self: S3Backend, bucket_name: str, key_name: str) -> Any:
        marker = set_marker(self, bucket_name, key_name)
        send_event(self.account_id, MARKER, self.get_bucket(bucket_name), marker)
        return marker

    S3Backend._set_delete_marker = set_delete_marker


def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Note what happened to an object and announce it from another thread."""
    name = str(getattr(event_name, "value", event_name))
    if bucket.notification_configuration is None or key is None or not _may_leave(name):
        return
    gone = name in DELETIONS
    context.submit(
        _announce,
        Change(
            account=account_id,
            name=name,
            bucket=bucket,
            key=key.name,
            version=None if key.version_id in (None, "null") else str(key.version_id),
            size=0 if gone else key.size,
            etag="" if gone else key.etag.strip('"'),
            sequencer=next_sequencer(),
            time=dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
        ),
    )


def next_sequencer() -> str:
    """16 hex digits, greater than any before, in this life of the cloud and the earlier ones."""
    global _last_sequence
    with _sequence_lock:
        _last_sequence = max(time.time_ns(), _last_sequence + 1)
        return f"{_last_sequence:016X}"


def _may_leave(name: str) -> bool:
    doing = getattr(_doing, "what", None)
    if doing == "multipart":
        return name.endswith(":CompleteMultipartUpload")
    return doing == "tagging" or not name.startswith("s3:ObjectTagging:Put")


def _mark(owner: type, method: str, what: str) -> None:
    original = getattr(owner, method)

    def marked(self: Any, *args: Any, **rest: Any) -> Any:
        with _while(what):
            return original(self, *args, **rest)

    marked.__name__ = method
    setattr(owner, method, marked)


@contextmanager
def _while(what: str) -> Iterator[None]:
    _doing.what = what
    try:
        yield
    finally:
        _doing.what = None


def _announce(change: Change) -> None:
    configuration = change.bucket.notification_configuration
    receivers = (
        (configuration.queue, targets.send_message),
        (configuration.topic, targets.publish),
        (configuration.cloud_function, targets.invoke),
    )
    if configuration.event_bridge is not None:
        _to_event_bridge(change)
    for wanted, send in receivers:
        for notification in wanted:
            if notification.matches(change.name, change.key):
                record = _record(change, notification.id)
                context.submit(send, notification.arn, json.dumps(record))


def _to_event_bridge(change: Change) -> None:
    from local_cloud import events  # it installs this module

    thing: dict[str, Any] = {"key": change.key, "sequencer": change.sequencer}
    if change.version:
        thing["version-id"] = change.version
    if change.name not in DELETIONS:
        thing |= {"size": change.size, "etag": change.etag}
    detail = {
        "version": "0",
        "bucket": {"name": change.bucket.name},
        "object": thing,
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": change.account,
        "source-ip-address": "127.0.0.1",
        "reason": REASONS.get(change.name, change.name.rpartition(":")[2]),
    }
    if change.name in DELETIONS:
        detail["deletion-type"] = DELETIONS[change.name]
    events.emit(
        change.account,
        change.bucket.region_name,
        "aws.s3",
        notifications._detail_type(change.name),
        detail,
        [change.bucket.arn],
        time=f"{change.time[:19]}Z",  # an object's time is no jumped one: its LastModified is not
    )


def _record(change: Change, notification_id: str) -> dict[str, Any]:
    """The classic notification, whose key is URL-encoded unlike EventBridge's."""
    thing: dict[str, Any] = {"key": quote_plus(change.key), "sequencer": change.sequencer}
    if change.version:
        thing["versionId"] = change.version
    if change.name not in DELETIONS:
        thing |= {"size": change.size, "eTag": change.etag}
    bucket = {"name": change.bucket.name, "arn": change.bucket.arn}
    s3 = {
        "s3SchemaVersion": "1.0",
        "configurationId": notification_id,
        "bucket": {**bucket, "ownerIdentity": {"principalId": change.account}},
        "object": thing,
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": change.bucket.region_name,
        "eventTime": change.time,
        "eventName": change.name.removeprefix("s3:"),
        "userIdentity": {"principalId": change.account},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "s3": s3,
    }
    return {"Records": [record]}
