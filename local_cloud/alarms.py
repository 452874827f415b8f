"""CloudWatch alarms that look at their metric and tell their topics."""

from __future__ import annotations

import datetime as dt
import json
import operator
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from moto.cloudwatch.models import Alarm, MetricDatum, cloudwatch_backends
from moto.sqs.models import sqs_backends

from local_cloud import clock, context, events, targets

# namespace, name and dimensions of a metric -> when and what
Recent = dict[tuple[str, str, frozenset[tuple[str, str]]], list[tuple[dt.datetime, float]]]

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
        alarms = [alarm for alarm in list(backend.alarms.values()) if alarm.metric_name]
        recent = _recent(backend, alarms, until)
        for alarm in alarms:
            values = _values(backend, alarm, recent, until)
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


def _recent(backend: Any, alarms: list[Alarm], now: dt.datetime) -> Recent:
    """The data young enough for any alarm, found in one walk over all there are."""
    longest = max((_period(alarm) * _periods(alarm) for alarm in alarms), default=dt.timedelta())
    recent: Recent = defaultdict(list)
    for datum in list(backend.metric_data) if alarms else ():
        if isinstance(datum, MetricDatum):
            moment = _aware(datum.timestamp)
            if moment > now - longest:
                about = (datum.namespace, datum.name, _pairs(datum.dimensions))
                recent[about].append((moment, datum.value))
    return recent


def _period(alarm: Alarm) -> dt.timedelta:
    return dt.timedelta(seconds=int(alarm.period or 60))


def _periods(alarm: Alarm) -> int:
    return int(alarm.evaluation_periods or 1)


def _values(backend: Any, alarm: Alarm, recent: Recent, now: dt.datetime) -> list[float | None]:
    depth = _queue_depth(backend, alarm)
    if depth is not None:
        return [depth] * _periods(alarm)
    period, statistic = _period(alarm), STATISTICS[alarm.statistic or "Average"]
    data = recent.get((alarm.namespace, alarm.metric_name, _pairs(alarm.dimensions)), [])
    values: list[float | None] = []
    for at in range(_periods(alarm)):
        end = now - at * period
        found = [value for moment, value in data if end - period < moment <= end]
        values.append(float(statistic(found)) if found else None)
    return values


def _queue_depth(backend: Any, alarm: Alarm) -> float | None:
    """SQS's own metrics are read from the queue when they are asked for."""
    if alarm.namespace != "AWS/SQS" or alarm.metric_name not in DEPTHS:
        return None
    name = next((one.value for one in alarm.dimensions if one.name == "QueueName"), None)
    queue = sqs_backends[backend.account_id][backend.region_name].queues.get(name)
    return float(getattr(queue, DEPTHS[alarm.metric_name])) if queue else None


def _pairs(dimensions: Any) -> frozenset[tuple[str, str]]:
    return frozenset((one.name, one.value) for one in dimensions or ())


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
