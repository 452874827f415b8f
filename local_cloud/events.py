"""EventBridge that delivers: events find the rules of their bus, rules their targets."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import uuid
from collections import deque
from collections.abc import Iterable
from typing import Any

from jsonpath_ng.ext import parse as parse_path
from moto.events.models import Rule, events_backends

from local_cloud import admin, clock, context, delays, object_events, snapshot, targets

Event = dict[str, Any]

RETRY_SECONDS = 0.2
# AWS retries for a day; what has failed four times here will not heal by waiting.
MOST_RETRIES = 3

deliveries: deque[dict[str, Any]] = deque(maxlen=500)


def install() -> None:
    """Take over what moto does with an event, including those of S3."""
    Rule.send_to_targets = send_to_targets
    object_events.install()
    admin.route("/_local/deliveries", "GET")(_deliveries_route)


def emit(
    account: str,
    region: str,
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    resources: Iterable[str] = (),
    time: str | None = None,
) -> None:
    """Put an event of an AWS service on the default bus; targets are reached later.

    `time` is when it happened, now by default.
    """
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": time or _stamp(clock.now()),
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }
    put(account, region, event)


def put(account: str, region: str, event: Event, bus: str = "default") -> None:
    """Offer an event to every rule of one bus. Raises KeyError when there is no such bus."""
    snapshot.changed()  # whatever is told about has changed, mostly without a request
    for rule in list(events_backends[account][region].event_buses[bus].rules.values()):
        send_to_targets(rule, event)


def send_to_targets(rule: Rule, original_event: Event, *_: Any, **__: Any) -> None:
    """Deliver to the rule's targets if it is enabled and its pattern matches; never waits."""
    event = _as_sent(original_event)
    pattern = rule.event_pattern
    if rule.state == "ENABLED" and pattern.get_pattern() and pattern.matches_event(event):
        deliver_all(rule, event)


def deliver_all(rule: Rule, event: Event) -> None:
    """Deliver to the rule's targets whatever its pattern says; never waits."""
    for target in list(rule.targets):
        context.submit(deliver, rule.arn, target, event)


def deliver(rule_arn: str, target: dict[str, Any], event: Event, attempt: int = 0) -> None:
    """One try at one target; later tries are scheduled, the last goes to the dead-letter queue."""
    try:
        targets.send(target, render(target, event), event)
    except Exception as error:  # noqa: BLE001 - whatever a service says against it
        allowed = target.get("RetryPolicy", {}).get("MaximumRetryAttempts", MOST_RETRIES)
        if attempt < min(int(allowed), MOST_RETRIES):
            delay = RETRY_SECONDS * 2**attempt
            delays.later(delay, deliver, rule_arn, target, event, attempt + 1)
            return
        _note(rule_arn, target, event, repr(error))
        targets.bury(rule_arn, target, event, error)
    else:
        _note(rule_arn, target, event, "delivered")


def render(target: dict[str, Any], event: Event) -> Any:
    """What a target receives: Input, InputPath, InputTransformer or the whole event."""
    if target.get("Input"):
        return json.loads(target["Input"])
    if target.get("InputPath"):
        return _find(target["InputPath"], event)
    transformer = target.get("InputTransformer")
    if transformer:
        return _transform(transformer, event)
    return event


def _transform(transformer: dict[str, Any], event: Event) -> Any:
    values = {name: _find(path, event) for name, path in _paths(transformer)}
    values["aws.events.event.json"] = values["aws.events.event"] = event
    values["aws.events.event.ingestion-time"] = event.get("time")
    text = transformer["InputTemplate"]
    quoted = re.compile(r'"(?:[^"\\]|\\.)*"|<([\w.-]+)>')

    def inside_quotes(found: re.Match[str]) -> str:
        value = values.get(found[1])
        plain = value if isinstance(value, str) else json.dumps(value)
        return json.dumps("" if value is None else plain)[1:-1]

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            return json.dumps(values.get(found[1]))
        return re.sub(r"<([\w.-]+)>", inside_quotes, found[0])

    filled = quoted.sub(fill, text)
    try:
        return json.loads(filled)
    except ValueError:
        return filled


def _paths(transformer: dict[str, Any]) -> list[tuple[str, str]]:
    return list((transformer.get("InputPathsMap") or {}).items())


def _find(path: str, event: Event) -> Any:
    # jsonpath reads a bare "-" as an operator; AWS paths use it in names such as detail-type.
    steps = [f"'{step}'" if "-" in step else step for step in path.split(".")]
    found = parse_path(".".join(steps)).find(event)
    return found[0].value if found else None


def _as_sent(event: Event) -> Event:
    sent = {name: value for name, value in event.items() if name != "ingestion-time"}
    if isinstance(sent.get("time"), int | float):
        sent["time"] = _stamp(dt.datetime.fromtimestamp(sent["time"], dt.UTC))
    return sent


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _note(rule_arn: str, target: dict[str, Any], event: Event, outcome: str) -> None:
    deliveries.append(
        {
            "time": time.time(),
            "rule": rule_arn.rpartition("/")[2],
            "target": target["Arn"],
            "detail_type": event.get("detail-type"),
            "event_id": event.get("id"),
            "outcome": outcome,
        }
    )


def _deliveries_route(*_: Any) -> list[dict[str, Any]]:
    return list(deliveries)
