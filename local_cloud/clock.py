"""The cloud's clock: what is scheduled looks here, and tests may jump it."""

from __future__ import annotations

import datetime as dt
import importlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from local_cloud import admin

log = logging.getLogger(__name__)
Tick = Callable[[dt.datetime, dt.datetime], None]

TICK_SECONDS = 1.0
# What is due is decided by modules that themselves read the clock, hence by name.
SCHEDULED = (
    "local_cloud.schedules",
    "local_cloud.alarms",
    "local_cloud.glue.schedules",
    "local_cloud.redshift.schedules",
)

_ahead = dt.timedelta(0)
_ticks: list[Tick] = []
_wake = threading.Event()
_stopped = threading.Event()


def now() -> dt.datetime:
    """The cloud's time, aware, in UTC."""
    return dt.datetime.now(dt.UTC) + _ahead


def on_tick(tick: Tick) -> None:
    """Call `tick(since, until)` about once a second; the spans join without gap or overlap."""
    _ticks.append(tick)


def jump(seconds: float) -> dt.datetime:
    """Move the clock ahead; what falls due in between fires once. Answers the new time."""
    global _ahead
    _ahead += dt.timedelta(seconds=seconds)
    _wake.set()
    return now()


def install() -> None:
    """Gather what is scheduled."""
    for name in SCHEDULED:
        on_tick(importlib.import_module(name).tick)
    importlib.import_module("local_cloud.cloudwatch").install()
    admin.route("/_local/clock", "POST")(_jump_route)


def resume() -> None:
    """Let time pass, from now on."""
    threading.Thread(target=_run, daemon=True, name="clock").start()


def stop() -> None:
    """Fire nothing more."""
    _stopped.set()
    _wake.set()


def _jump_route(query: dict[str, str], *_: Any) -> dict[str, str]:
    return {"now": jump(float(query["seconds"])).isoformat()}


def _run() -> None:
    last = now()
    while not _stopped.is_set():
        _wake.wait(TICK_SECONDS)
        _wake.clear()
        until = now()
        for tick in () if _stopped.is_set() else _ticks:
            try:
                tick(last, until)
            except Exception:
                log.exception("the clock could not run %s", tick.__module__)
        last = until
