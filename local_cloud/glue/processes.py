"""The processes behind job runs, by run id: what a snapshot cannot hold."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import Any

from moto.glue.models import glue_backends

from local_cloud import admin

# Two cores' worth; further runs wait.
SLOTS = threading.BoundedSemaphore(int(os.environ.get("LOCAL_CLOUD_JOB_SLOTS", "2")))

running: dict[str, subprocess.Popen[bytes]] = {}
_stopping = threading.Event()


def stop() -> None:
    """From now on the end of a process says nothing about its run."""
    _stopping.set()


def is_stopping() -> bool:
    """Whether the cloud itself is ending its children."""
    return _stopping.is_set()


def elapsed(run: Any) -> float:
    """Seconds a run has used: so far, or in all."""
    if run.is_live and run.began:
        return time.time() - run.began
    return run.seconds


@admin.route("/_local/runs", "GET")
def runs(*_: Any) -> list[dict[str, Any]]:
    """Every job run, newest first within its job: `run`, `job`, `pid`, `state`, `workflow_run`."""
    return [
        {
            "run": run.job_run_id,
            "job": run.job_name,
            "pid": running[run.job_run_id].pid if run.job_run_id in running else None,
            "state": run.status,
            "workflow_run": run.start.workflow[1] if run.start.workflow else None,
        }
        for _, _, backend in list(glue_backends.iter_backends())
        for job in list(backend.jobs.values())
        for run in list(job.job_runs)
    ]
