"""Scheduled actions: clusters that pause, resume and resize by the clock.

https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.redshift.exceptions import RedshiftClientError
from moto.redshift.models import RedshiftBackend, redshift_backends
from moto.redshift.responses import RedshiftResponse

from local_cloud import context, cron, snapshot
from local_cloud.fidelity.patching import method

log = logging.getLogger(__name__)
_KINDS = ("PauseCluster", "ResumeCluster", "ResizeCluster")
# Where a rate begins to count: when the clock first saw the action.
_seen: dict[str, dt.datetime] = {}


@dataclass
class Action:
    """One action as it was asked for; answers are made of it."""

    name: str
    target: dict[str, Any]
    schedule: str
    role: str
    description: str | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    enabled: bool = True

    def shown(self) -> dict[str, Any]:
        """What Create, Modify and Describe answer."""
        return {
            "ScheduledActionName": self.name,
            "TargetAction": self.target,
            "Schedule": self.schedule,
            "IamRole": self.role,
            "ScheduledActionDescription": self.description,
            "State": "ACTIVE" if self.enabled else "DISABLED",
            "NextInvocations": [],
            "StartTime": self.start,
            "EndTime": self.end,
        }

    def is_due(self, since: dt.datetime, until: dt.datetime) -> bool:
        """Whether it falls into (since, until]."""
        if not self.enabled or (self.start and until < self.start):
            return False
        if self.end and since > self.end:
            return False
        anchor = _seen.setdefault(f"{self.name} {self.schedule}", since)
        return cron.due(self.schedule, since, until, zone="UTC", anchor=anchor)


def install() -> None:
    """Add the operations, which moto lacks."""

    @method(RedshiftResponse)
    def create_scheduled_action(self: RedshiftResponse) -> ActionResult:
        shelf, name = _shelf(self.redshift_backend), self._get_param("ScheduledActionName")
        if name in shelf:
            raise RedshiftClientError(
                "ScheduledActionAlreadyExists", f"The scheduled action {name} already exists."
            )
        shelf[name] = _checked(self, Action(name, {}, "", ""))
        return ActionResult(shelf[name].shown())

    @method(RedshiftResponse)
    def modify_scheduled_action(self: RedshiftResponse) -> ActionResult:
        found = _checked(self, _find(self))
        return ActionResult(found.shown())

    @method(RedshiftResponse)
    def describe_scheduled_actions(self: RedshiftResponse) -> ActionResult:
        if self._get_param("ScheduledActionName"):
            found = [_find(self)]
        else:
            found = list(_shelf(self.redshift_backend).values())
        return ActionResult({"ScheduledActions": [each.shown() for each in found]})

    @method(RedshiftResponse)
    def delete_scheduled_action(self: RedshiftResponse) -> EmptyResult:
        del _shelf(self.redshift_backend)[_find(self).name]
        return EmptyResult()


def tick(since: dt.datetime, until: dt.datetime) -> None:
    """Do what fell due in (since, until]."""
    for _, _, backend in list(redshift_backends.iter_backends()):
        for action in list(_shelf(backend).values()):
            if action.is_due(since, until):
                context.submit(_do, backend, action)


def _do(backend: RedshiftBackend, action: Action) -> None:
    [(kind, asked)] = action.target.items()
    name = asked["ClusterIdentifier"]
    cluster = backend.clusters.get(name)
    if cluster is None:
        log.warning("%s: there is no cluster %s", action.name, name)
    elif kind == "PauseCluster" and cluster.status == "available":
        backend.pause_cluster(name)
    elif kind == "ResumeCluster" and cluster.status == "paused":
        backend.resume_cluster(name)
    elif kind == "ResizeCluster":
        backend.modify_cluster(cluster_identifier=name, **_size(asked))
    snapshot.changed()


def _size(asked: dict[str, Any]) -> dict[str, Any]:
    known = {"NodeType": "node_type", "ClusterType": "cluster_type"}
    size: dict[str, Any] = {new: asked[old] for old, new in known.items() if asked.get(old)}
    if asked.get("NumberOfNodes"):
        size["number_of_nodes"] = int(asked["NumberOfNodes"])
    return size


def _checked(response: RedshiftResponse, action: Action) -> Action:
    """The action with what the request says. Raises what Redshift would."""
    asked = response._get_param
    target = asked("TargetAction") or action.target
    schedule = asked("Schedule") or action.schedule
    if len(target) != 1 or next(iter(target)) not in _KINDS:
        raise RedshiftClientError("InvalidScheduledAction", "TargetAction must be one action.")
    _check_schedule(schedule)
    response.redshift_backend.describe_clusters(next(iter(target.values()))["ClusterIdentifier"])
    action.target, action.schedule = target, schedule
    action.role = asked("IamRole") or action.role
    action.description = asked("ScheduledActionDescription") or action.description
    action.start = _moment(asked("StartTime")) or action.start
    action.end = _moment(asked("EndTime")) or action.end
    action.enabled = action.enabled if asked("Enable") is None else bool(asked("Enable"))
    return action


def _check_schedule(schedule: str) -> None:
    epoch = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    try:
        if not schedule.startswith(("cron(", "at(")):
            raise cron.BadSchedule(schedule)
        cron.due(schedule, epoch, epoch, zone="UTC", anchor=epoch)
    except ValueError as wrong:
        raise RedshiftClientError(
            "InvalidSchedule", f"The schedule {schedule} is not valid: at(...) or cron(...)."
        ) from wrong


def _moment(told: Any) -> dt.datetime | None:
    if told is None:
        return None
    found = told if isinstance(told, dt.datetime) else dt.datetime.fromisoformat(str(told))
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _find(response: RedshiftResponse) -> Action:
    name = response._get_param("ScheduledActionName")
    found = _shelf(response.redshift_backend).get(name)
    if found is None:
        raise RedshiftClientError(
            "ScheduledActionNotFound", f"The scheduled action {name} is not found."
        )
    return found


def _shelf(backend: RedshiftBackend) -> dict[str, Action]:
    shelf: dict[str, Action] = backend.__dict__.setdefault("scheduled_actions", {})
    return shelf
