"""Redshift's own schedules: clusters that the clock pauses and resumes.

https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.redshift.exceptions import ClusterNotFoundError, RedshiftClientError
from moto.redshift.models import RedshiftBackend, redshift_backends
from moto.redshift.responses import RedshiftResponse

from local_cloud import clock, cron
from local_cloud.fidelity.patching import method

Action = dict[str, Any]
FIELDS = (
    "ScheduledActionName", "TargetAction", "Schedule", "IamRole", "ScheduledActionDescription",
    "StartTime", "EndTime",
)  # fmt: skip


class NoSuchAction(RedshiftClientError):
    """What AWS answers about a name that it does not know."""

    code = "ScheduledActionNotFound"
    message = "The scheduled action cannot be found."


def install() -> None:
    """Give moto's Redshift schedules, and let its clock keep them."""
    clock.on_tick(tick)

    @method(RedshiftResponse)
    def create_scheduled_action(self: RedshiftResponse) -> ActionResult:
        action = _asked(self) | {"State": _state(self)}
        _kept(self.redshift_backend)[action["ScheduledActionName"]] = action
        return ActionResult(action)

    @method(RedshiftResponse)
    def modify_scheduled_action(self: RedshiftResponse) -> ActionResult:
        action = _chosen(self)
        action.update(_asked(self))
        if self._get_bool_param("Enable") is not None:
            action["State"] = _state(self)
        return ActionResult(action)

    @method(RedshiftResponse)
    def describe_scheduled_actions(self: RedshiftResponse) -> ActionResult:
        wanted = self._get_param("ScheduledActionName")
        found = [_chosen(self)] if wanted else list(_kept(self.redshift_backend).values())
        return ActionResult({"ScheduledActions": found})

    @method(RedshiftResponse)
    def delete_scheduled_action(self: RedshiftResponse) -> EmptyResult:
        _kept(self.redshift_backend).pop(_chosen(self)["ScheduledActionName"])
        return EmptyResult()


def tick(since: dt.datetime, until: dt.datetime) -> None:
    """Pause and resume what fell due in (since, until]."""
    for _, _, backend in list(redshift_backends.iter_backends()):
        for action in list(_due(backend, since, until)):
            _act(backend, action["TargetAction"])


def _due(backend: RedshiftBackend, since: dt.datetime, until: dt.datetime) -> Iterator[Action]:
    for action in _kept(backend).values():
        if action["State"] == "ACTIVE" and cron.due(action["Schedule"], since, until):
            yield action


def _act(backend: RedshiftBackend, target: Action) -> None:
    verbs = {"PauseCluster": backend.pause_cluster, "ResumeCluster": backend.resume_cluster}
    for name, act in verbs.items():
        cluster = target.get(name, {}).get("ClusterIdentifier")
        if cluster in backend.clusters:
            act(cluster)


def _kept(backend: RedshiftBackend) -> dict[str, Action]:
    """The schedules of a backend; they are saved with it."""
    return backend.__dict__.setdefault("scheduled_actions", {})


def _chosen(response: RedshiftResponse) -> Action:
    found = _kept(response.redshift_backend).get(response._get_param("ScheduledActionName"))
    if found is None:
        raise NoSuchAction
    return found


def _asked(response: RedshiftResponse) -> Action:
    """What a request says. Raises ClusterNotFoundError for a cluster that is not there."""
    asked = {name: response._get_param(name) for name in FIELDS}
    for target in (asked["TargetAction"] or {}).values():
        if target["ClusterIdentifier"] not in response.redshift_backend.clusters:
            raise ClusterNotFoundError(target["ClusterIdentifier"])
    return {name: value for name, value in asked.items() if value is not None}


def _state(response: RedshiftResponse) -> str:
    return "ACTIVE" if response._get_bool_param("Enable", True) else "DISABLED"
