"""CloudWatch from inside the cloud: what functions and jobs print, metrics, metric filters."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import LogsBackend, logs_backends

from local_cloud import clock

_lock = threading.Lock()


def install() -> None:
    """Count every log event that a metric filter matches."""
    original = LogsBackend.put_log_events

    def put_log_events(
        self: LogsBackend, log_group_name: str, log_stream_name: str, log_events: list[Any]
    ) -> Any:
        answer = original(self, log_group_name, log_stream_name, log_events)
        for found in self.filters.metric_filters:
            if found["logGroupName"] == log_group_name:
                _count(self, found, log_events)
        return answer

    LogsBackend.put_log_events = put_log_events


def write(account: str, region: str, group: str, stream: str, lines: Iterable[str]) -> None:
    """Append lines to a stream, creating group and stream; nothing to write creates nothing."""
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": line} for line in lines]
    if events:
        open_stream(account, region, group, stream)
        logs_backends[account][region].put_log_events(group, stream, events)


def open_stream(account: str, region: str, group: str, stream: str) -> None:
    """Make sure that a stream exists, as AWS does when a run begins."""
    backend = logs_backends[account][region]
    with _lock:
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)


def publish(
    account: str,
    region: str,
    namespace: str,
    name: str,
    value: float,
    dimensions: dict[str, str] | None = None,
) -> None:
    """Put one metric datum at the cloud's time."""
    datum = {
        "MetricName": name,
        "Value": value,
        "Dimensions": [{"Name": key, "Value": text} for key, text in (dimensions or {}).items()],
        "Timestamp": clock.now().replace(tzinfo=None),
    }
    cloudwatch_backends[account][region].put_metric_data(namespace, [datum])


def matches(pattern: str | None, message: str) -> bool:
    """Whether a filter pattern selects a message: terms, "phrases", ?any, -not, `{ $.a = b }`."""
    pattern = (pattern or "").strip()
    if pattern.startswith("{"):
        return _json_matches(pattern, message)
    terms = re.findall(r'([?-]?)(?:"([^"]*)"|(\S+))', pattern)
    wanted = [(sign, phrase or word) for sign, phrase, word in terms]
    optional = [term for sign, term in wanted if sign == "?"]
    required = [(sign, term) for sign, term in wanted if sign != "?"]
    return all((term in message) == (sign == "") for sign, term in required) and (
        not optional or any(term in message for term in optional)
    )


def _json_matches(pattern: str, message: str) -> bool:
    parsed = re.fullmatch(r'\{\s*\$\.([\w.-]+)\s*(!?=)\s*"?([^"}]*?)"?\s*\}', pattern)
    try:
        found = json.loads(message)
        for name in parsed[1].split(".") if parsed else ():
            found = found[name]
    except (ValueError, KeyError, TypeError):
        return False
    return parsed is not None and (_text(found) == parsed[3]) == (parsed[2] == "=")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _count(backend: LogsBackend, found: dict[str, Any], events: list[dict[str, Any]]) -> None:
    hits = sum(matches(found["filterPattern"], event["message"]) for event in events)
    for metric in found["metricTransformations"] if hits else ():
        value = metric["metricValue"]
        publish(
            backend.account_id,
            backend.region_name,
            metric["metricNamespace"],
            metric["metricName"],
            hits * (float(value) if not value.startswith("$") else 1.0),
        )
