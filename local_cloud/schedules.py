"""EventBridge rules with a schedule, and EventBridge Scheduler."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import Any

import boto3
from moto.events.models import Rule, events_backends
from moto.scheduler.models import Schedule, scheduler_backends

from local_cloud import context, cron, events

# Where a rate begins to count: when the clock first saw the schedule.
_seen: dict[str, dt.datetime] = {}
UNIVERSAL = ":scheduler:::aws-sdk:"


def tick(since: dt.datetime, until: dt.datetime) -> None:
    """Fire what fell due in (since, until]."""
    for account, region, backend in list(events_backends.iter_backends()):
        for rule in list(backend.event_buses["default"].rules.values()):
            expression = rule.scheduled_expression
            if expression and rule.state == "ENABLED" and _due(rule.arn, expression, since, until):
                events.deliver_all(rule, _event(account, region, rule, until))
    for _, region, schedules in list(scheduler_backends.iter_backends()):
        for group in list(schedules.schedule_groups.values()):
            for schedule in list(group.schedules.values()):
                _fire_if_due(region, group, schedule, since, until)


def _fire_if_due(
    region: str, group: Any, schedule: Schedule, since: dt.datetime, until: dt.datetime
) -> None:
    expression = schedule.schedule_expression
    zone = schedule.schedule_expression_timezone or "UTC"
    if schedule.state != "ENABLED" or not _due(schedule.arn, expression, since, until, zone):
        return
    context.submit(_invoke, region, schedule, until)
    if expression.startswith("at(") and schedule.action_after_completion == "DELETE":
        group.schedules.pop(schedule.name, None)


def _due(
    arn: str, expression: str, since: dt.datetime, until: dt.datetime, zone: str = "UTC"
) -> bool:
    anchor = _seen.setdefault(f"{arn} {expression}", since)
    return cron.due(expression, since, until, zone=zone, anchor=anchor)


def _event(account: str, region: str, rule: Rule, moment: dt.datetime) -> events.Event:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [rule.arn],
        "detail": {},
    }


def _invoke(region: str, schedule: Schedule, moment: dt.datetime) -> None:
    target = schedule.target
    if UNIVERSAL in target["Arn"]:
        _call(region, target)
        return
    # Scheduler always sends an input, an empty object unless one is given.
    wanted = {**target, "Input": target.get("Input") or "{}"}
    event = {"id": str(uuid.uuid4()), "detail-type": "Scheduled Event"}
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    events.deliver(schedule.arn, wanted, {**event, "time": stamp})


def _call(region: str, target: dict[str, Any]) -> None:
    """A universal target names any operation of any service: call it as its user would."""
    service, operation = target["Arn"].split(":")[-2:]
    client = boto3.client(
        service,
        region_name=region,
        endpoint_url=context.current().endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the local cloud's own
    )
    method = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()
    getattr(client, method)(**json.loads(target.get("Input") or "{}"))
