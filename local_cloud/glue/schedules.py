"""SCHEDULED triggers and crawler schedules."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from moto.glue.models import glue_backends

from local_cloud import context, cron
from local_cloud.glue import triggers, workflows

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend


def tick(since: dt.datetime, until: dt.datetime) -> None:
    """Start what fell due in (since, until]."""
    for _, _, backend in list(glue_backends.iter_backends()):
        for trigger in list(backend.triggers.values()):
            active = trigger.trigger_type == "SCHEDULED" and trigger.state == "ACTIVATED"
            if active and trigger.schedule and cron.due(trigger.schedule, since, until):
                context.submit(_fire, backend, trigger.name)
        for crawler in list(backend.crawlers.values()):
            off = getattr(crawler, "schedule_state", "SCHEDULED") == "NOT_SCHEDULED"
            if crawler.schedule and not off and cron.due(crawler.schedule, since, until):
                context.submit(backend.start_crawler, crawler.name)


def _fire(backend: LocalGlueBackend, name: str) -> None:
    trigger = backend.triggers[name]
    if trigger.workflow_name:
        workflows.start(backend, trigger.workflow_name, None)
    else:
        triggers.fire(backend, trigger, None)
