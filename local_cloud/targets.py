"""What EventBridge, its scheduler and S3 can reach: one function per service."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.awslambda.utils import get_backend as get_lambda_backend
from moto.events.models import events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from local_cloud import cloudwatch

Event = dict[str, Any]


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN that matter for finding a backend."""

    text: str
    service: str
    region: str
    account: str
    resource: str


@dataclass(frozen=True)
class Delivery:
    """What is sent where: the rendered body, and the event that it was made from."""

    arn: Arn
    target: dict[str, Any]
    body: Any
    event: Event

    @property
    def text(self) -> str:
        """The body as JSON."""
        return json.dumps(self.body)


class UnknownTarget(Exception):
    """An ARN of a service that the local cloud does not deliver to."""


def parse_arn(text: str) -> Arn:
    """Split an ARN; the resource keeps its own colons."""
    _, _, service, region, account, resource = text.split(":", 5)
    return Arn(text, service, region, account, resource)


def send(target: dict[str, Any], body: Any, event: Event) -> None:
    """Hand `body` to the target. Raises whatever the service says against it."""
    arn = parse_arn(target["Arn"])
    if arn.service not in _SENDERS:
        raise UnknownTarget(f"the local cloud cannot deliver to {arn.text}")
    _SENDERS[arn.service](Delivery(arn, target, body, event))


def send_message(queue_arn: str, body: str, group: str | None = None) -> None:
    """Put a message on a queue named by its ARN. Raises when there is no such queue."""
    arn = parse_arn(queue_arn)
    sqs_backends[arn.account][arn.region].send_message(arn.resource, body, group_id=group)


def publish(topic_arn: str, message: str, subject: str | None = None) -> None:
    """Publish to a topic named by its ARN. Raises when there is no such topic."""
    arn = parse_arn(topic_arn)
    sns_backends[arn.account][arn.region].publish(message, arn=topic_arn, subject=subject)


def invoke(function_arn: str, body: str) -> None:
    """Queue an asynchronous invocation. Raises when there is no such function."""
    arn = parse_arn(function_arn)
    headers = {"X-Amz-Invocation-Type": "Event"}
    get_lambda_backend(arn.account, arn.region).invoke(function_arn, None, body, headers, {})


def bury(rule_arn: str, target: dict[str, Any], event: Event, error: Exception) -> None:
    """Put an event that no try could deliver on the target's dead-letter queue, if it has one."""
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if not queue:
        return
    arn = parse_arn(queue)
    why = {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": type(error).__name__,
        "ERROR_MESSAGE": str(error) or repr(error),
    }
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in why.items()}
    sqs_backends[arn.account][arn.region].send_message(
        arn.resource, json.dumps(event), message_attributes=attributes
    )


def _to_queue(sent: Delivery) -> None:
    group = sent.target.get("SqsParameters", {}).get("MessageGroupId")
    send_message(sent.arn.text, sent.text, group)


def _to_topic(sent: Delivery) -> None:
    publish(sent.arn.text, sent.text)


def _to_function(sent: Delivery) -> None:
    invoke(sent.arn.text, sent.text)


def _to_workflow(sent: Delivery) -> None:
    from local_cloud.glue import triggers  # glue emits events itself

    name = sent.arn.resource.partition("/")[2]
    triggers.notify(sent.arn.account, sent.arn.region, name, sent.event)


def _to_log_group(sent: Delivery) -> None:
    group = sent.arn.resource.removeprefix("log-group:").removesuffix(":*")
    stream = str(uuid.uuid4())
    cloudwatch.write(sent.arn.account, sent.arn.region, group, stream, [sent.text])


def _to_bus(sent: Delivery) -> None:
    from local_cloud import events  # it delivers through this module

    if sent.arn.resource.startswith("event-bus/"):
        bus = sent.arn.resource.partition("/")[2]
        events.put(sent.arn.account, sent.arn.region, sent.event, bus)
    else:
        _to_archive(sent)


def _to_archive(sent: Delivery) -> None:
    """An archive is known by moto's template for it; its ARN has no account."""
    template = sent.target["InputTransformer"]["InputTemplate"]
    name = template.partition(":archive/")[2].partition(":")[0]
    archives = events_backends[sent.event["account"]][sent.arn.region].archives
    archives[name].events.append(sent.event)


_SENDERS: dict[str, Callable[[Delivery], None]] = {
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "glue": _to_workflow,
    "logs": _to_log_group,
    "events": _to_bus,
}
