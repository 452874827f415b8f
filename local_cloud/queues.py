"""SQS event sources of Lambda functions, and queues that many threads may use at once."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend, lambda_backends
from moto.sqs.exceptions import ReceiptHandleIsInvalid
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from local_cloud import snapshot

log = logging.getLogger(__name__)

# Sends wake the poller; the tick is for messages whose visibility timeout ends.
TICK_SECONDS = 0.1
# AWS begins with five concurrent invocations of a mapping.
CONCURRENCY = 5

_wake = threading.Event()
_stopped = threading.Event()
_in_flight: Counter[str] = Counter()
_receive_lock = threading.Lock()
_invokers = ThreadPoolExecutor(32, thread_name_prefix="batch")


def install() -> None:
    """Poll queues ourselves, and close moto's gaps between threads."""
    Queue.add_message = _without_mappings(Queue.add_message)
    Queue.delete_message = _under_the_lock(Queue.delete_message)
    SQSBackend.receive_message = _one_at_a_time(SQSBackend.receive_message)


def resume() -> None:
    """Begin to poll."""
    threading.Thread(target=_poll, daemon=True, name="queues").start()


def stop() -> None:
    """Receive nothing more."""
    _stopped.set()
    _wake.set()
    _invokers.shutdown(wait=False, cancel_futures=True)


def _without_mappings(add_message: Any) -> Any:
    """moto invokes functions inside SendMessage; AWS polls."""

    def add(self: Queue, message: Message) -> None:
        mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
        try:
            add_message(self, message)
        finally:
            self.lambda_event_source_mappings = mappings or self.lambda_event_source_mappings
        _wake.set()

    return add


def _under_the_lock(delete_message: Any) -> Any:
    """moto's delete rebuilds the list of messages: one that is sent meanwhile would be lost."""

    def delete(self: Queue, receipt_handle: str) -> None:
        with self._messages_lock:
            delete_message(self, receipt_handle)

    return delete


def _one_at_a_time(receive_message: Any) -> Any:
    """Two receivers must not get one message; a long poll waits outside the lock."""

    def receive(
        self: SQSBackend,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> list[Message]:
        deadline = time.monotonic() + int(wait_seconds_timeout or 0)
        while True:
            with _receive_lock:
                found = receive_message(
                    self, queue_name, count, 0, visibility_timeout, message_attribute_names
                )
            left = deadline - time.monotonic()
            if found or left <= 0 or _stopped.is_set():
                return found
            time.sleep(min(left, 0.05))

    return receive


def _poll() -> None:
    while not _stopped.is_set():
        _wake.wait(TICK_SECONDS)
        _wake.clear()
        for _, _, backend in list(lambda_backends.iter_backends()):
            for mapping in list(backend._event_source_mappings.values()):
                try:
                    _drain(backend, mapping)
                except Exception:
                    log.exception("could not poll %s", mapping.event_source_arn)


def _drain(backend: LambdaBackend, mapping: EventSourceMapping) -> None:
    """Start as many invocations as messages and the mapping's concurrency allow."""
    _, _, service, region, account, name = mapping.event_source_arn.split(":")
    queue = sqs_backends[account][region].queues.get(name)
    if service != "sqs" or not mapping.enabled or queue is None:
        return
    most = int((mapping.scaling_config or {}).get("MaximumConcurrency") or CONCURRENCY)
    while _in_flight[mapping.uuid] < most and _is_ripe(mapping, queue):
        found = sqs_backends[account][region].receive_message(
            name, min(mapping.batch_size, 10), 0, int(queue.visibility_timeout)
        )
        if not found:
            return
        _in_flight[mapping.uuid] += 1
        _invokers.submit(_invoke, backend, mapping, queue, found)


def _is_ripe(mapping: EventSourceMapping, queue: Queue) -> bool:
    """Whether a batch is worth starting: it is full, or its window is over."""
    waiting = [message for message in queue.messages if message.visible]
    window = int(mapping.max_batch_window or 0)
    if not waiting or not window or len(waiting) >= mapping.batch_size:
        return bool(waiting)
    oldest = min(max(message.sent_timestamp, message.visible_at) for message in waiting)
    return time.time() - oldest / 1000 >= window


def _invoke(
    backend: LambdaBackend, mapping: EventSourceMapping, queue: Queue, batch: list[Message]
) -> None:
    """Invoke once for a batch. What failed stays invisible until its timeout, as on AWS."""
    try:
        event = {"Records": [_record(mapping, message) for message in batch]}
        headers: dict[str, str] = {}
        answer = backend.invoke(mapping.function_arn, None, json.dumps(event), {}, headers)
        failed = {message.id for message in batch}
        if "x-amz-function-error" not in headers:
            failed = _failures(mapping, answer, failed)
        for message in batch:
            if message.id not in failed:
                with suppress(ReceiptHandleIsInvalid):  # it timed out and went another way
                    queue.delete_message(message.receipt_handle)
    except Exception as error:  # noqa: BLE001 - throttled or deleted: the messages come back
        log.warning("%s was not invoked for its queue: %s", mapping.function_arn, error)
    finally:
        _in_flight[mapping.uuid] -= 1
        snapshot.changed()
        _wake.set()


def _failures(mapping: EventSourceMapping, answer: Any, everything: set[str]) -> set[str]:
    """The ids that a partial batch response names; an unknown id fails the whole batch."""
    if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
        return set()
    try:
        report = json.loads(answer or "null") or {}
        named = {item["itemIdentifier"] for item in report.get("batchItemFailures") or []}
    except (ValueError, KeyError, TypeError, AttributeError):
        return everything
    return named if named <= everything else everything


def _record(mapping: EventSourceMapping, message: Message) -> dict[str, Any]:
    first = message.approximate_first_receive_timestamp
    attributes = {
        "ApproximateReceiveCount": str(message.approximate_receive_count),
        "SentTimestamp": str(message.sent_timestamp),
        "SenderId": message.sender_id,
        "ApproximateFirstReceiveTimestamp": str(first),
    }
    if message.group_id:
        attributes["MessageGroupId"] = message.group_id
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {
            name: {_camel(key): value for key, value in attribute.items()}
            for name, attribute in message.message_attributes.items()
        },
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": mapping.event_source_arn,
        "awsRegion": mapping.region,
    }


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
