"""CloudWatch alarms that look at their metric and tell their topics."""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import Alarm, MetricDatum, cloudwatch_backends
from moto.sqs.models import sqs_backends

from local_cloud import clock, context, events, targets

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
}
DEPTHS = {
    "ApproximateNumberOfMessagesVisible": "approximate_number_of_messages",
    "ApproximateNumberOfMessagesNotVisible": "approximate_number_of_messages_not_visible",
    "ApproximateNumberOfMessagesDelayed": "approximate_number_of_messages_delayed",
}


def tick(_since: dt.datetime, until: dt.datetime) -> None:
    """Look at every alarm of one metric."""
    for account, region, backend in list(cloudwatch_backends.iter_backends()):
        for alarm in list(backend.alarms.values()):
            if alarm.metric_name:
                values = _values(backend, alarm, until)
                _change(account, region, alarm, state_of(alarm, values), values)


def state_of(alarm: Alarm, values: list[float | None]) -> str:
    """The state an alarm has for its last periods, newest first; None is a missing one."""
    breaches = COMPARISONS[alarm.comparison_operator]
    missing = alarm.treat_missing_data or "missing"
    known = [value for value in values if value is not None]
    bad = sum(breaches(value, float(alarm.threshold)) for value in known)
    if missing == "breaching":
        bad += len(values) - len(known)
    if bad >= int(alarm.datapoints_to_alarm or len(values)):
        return "ALARM"
    if known or missing in ("notBreaching", "breaching"):
        return "OK"
    return alarm.state_value if missing == "ignore" else "INSUFFICIENT_DATA"


def _values(backend: Any, alarm: Alarm, now: dt.datetime) -> list[float | None]:
    depth = _queue_depth(backend, alarm)
    if depth is not None:
        return [depth] * int(alarm.evaluation_periods or 1)
    period = dt.timedelta(seconds=int(alarm.period or 60))
    statistic = STATISTICS[alarm.statistic or "Average"]
    values: list[float | None] = []
    for at in range(int(alarm.evaluation_periods or 1)):
        end = now - at * period
        found = [
            datum.value
            for datum in list(backend.metric_data)
            if _is_of(datum, alarm) and end - period < _aware(datum.timestamp) <= end
        ]
        values.append(float(statistic(found)) if found else None)
    return values


def _queue_depth(backend: Any, alarm: Alarm) -> float | None:
    """SQS's own metrics are read from the queue when they are asked for."""
    if alarm.namespace != "AWS/SQS" or alarm.metric_name not in DEPTHS:
        return None
    name = next((one.value for one in alarm.dimensions if one.name == "QueueName"), None)
    queue = sqs_backends[backend.account_id][backend.region_name].queues.get(name)
    return float(getattr(queue, DEPTHS[alarm.metric_name])) if queue else None


def _is_of(datum: Any, alarm: Alarm) -> bool:
    return (
        isinstance(datum, MetricDatum)
        and (datum.namespace, datum.name) == (alarm.namespace, alarm.metric_name)
        and _pairs(datum.dimensions) == _pairs(alarm.dimensions)
    )


def _pairs(dimensions: Any) -> set[tuple[str, str]]:
    return {(one.name, one.value) for one in dimensions or ()}


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _change(
    account: str, region: str, alarm: Alarm, state: str, values: list[float | None]
) -> None:
    old = alarm.state_value
    if state == old:
        return
    reason = f"Threshold Crossed: datapoints {values} against {alarm.threshold}."
    alarm.update_state(reason, "{}", state)
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "Region": region,
        "NewStateValue": state,
        "NewStateReason": reason,
        "OldStateValue": old,
        "StateChangeTime": clock.now().isoformat(),
    }
    actions = {"ALARM": alarm.alarm_actions, "OK": alarm.ok_actions}
    for arn in actions.get(state, alarm.insufficient_data_actions) or []:
        if alarm.actions_enabled and ":sns:" in arn:
            subject = f'{state}: "{alarm.name}" in {region}'[:99]
            context.submit(targets.publish, arn, json.dumps(message), subject)
    detail = {
        "alarmName": alarm.name,
        "state": {"value": state, "reason": reason},
        "previousState": {"value": old},
    }
    kind = "CloudWatch Alarm State Change"
    events.emit(account, region, "aws.cloudwatch", kind, detail, [alarm.alarm_arn])
