"""Job runs: their states, their limits, their events. `runner` is what runs them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.glue.exceptions import ConcurrentRunsExceededException
from moto.glue.models import FakeJob, FakeJobRun

from local_cloud import events
from local_cloud.glue import processes

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

LIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")
# Glue 5's default, in minutes.
TIMEOUT_MINUTES = 480

# One for all of Glue's state; not in the backend, which is pickled.
LOCK = threading.RLock()


@dataclass(frozen=True)
class Start:
    """What a start asks for: arguments, sizes, and whose doing it is."""

    arguments: dict[str, str]
    asked: dict[str, Any] = field(default_factory=dict)
    workflow: tuple[str, str] | None = None  # name and run id
    trigger: str | None = None
    attempt: int = 0
    previous_run_id: str | None = None


class JobRun(FakeJobRun):
    """One run with a state of its own instead of moto's timed one."""

    def __init__(self, job: FakeJob, start: Start) -> None:
        sizes = {name: value or getattr(job, name) for name, value in start.asked.items()}
        sizes["timeout"] = sizes.get("timeout") or job.timeout or TIMEOUT_MINUTES
        super().__init__(job_name=job.name, job_run_id=start.previous_run_id, **sizes)
        if start.attempt:
            first = (start.previous_run_id or self.job_run_id).partition("_attempt_")[0]
            self.job_run_id = f"{first}_attempt_{start.attempt}"
        self.start = start
        self.arguments = _arguments(job, start, self.job_run_id)
        self.glue_version = job.glue_version or "5.1"
        self.began: float | None = None  # seconds, the machine's clock
        self.seconds = 0.0
        self.error: str | None = None
        self.stop_as: str | None = None  # STOPPED or TIMEOUT, once asked
        self._status = "STARTING"

    @property
    def status(self) -> str:
        """One of AWS's JobRunState."""
        return self._status

    @status.setter
    def status(self, value: str) -> None:
        self._status = value
        self.modified_on = utcnow()

    def advance(self) -> None:
        """moto's way of making states pass; ours pass by themselves."""

    @property
    def is_live(self) -> bool:
        """Not ended yet."""
        return self._status in LIVE

    def as_dict(self) -> dict[str, Any]:
        """The run as GetJobRun answers it."""
        known = super().as_dict() | {
            "Attempt": self.start.attempt,
            "ExecutionTime": int(processes.elapsed(self)),
            "GlueVersion": self.glue_version,
            "LogGroupName": "/aws-glue/jobs",
            "ErrorMessage": self.error,
            "TriggerName": self.start.trigger,
            "JobMode": "SCRIPT",
        }
        if self.is_live:
            del known["CompletedOn"]
        return {name: value for name, value in known.items() if value is not None}


def start(backend: LocalGlueBackend, name: str, wanted: Start) -> JobRun:
    """Register a run and let it go. Raises ConcurrentRunsExceededException."""
    from local_cloud.glue import runner  # it ends runs through this module

    job = backend.get_job(name)
    with LOCK:
        allowed = int((job.execution_property or {}).get("MaxConcurrentRuns") or 1)
        if sum(run.is_live for run in job.job_runs) >= allowed:
            raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {name}")
        run = JobRun(job, wanted)
        job.job_runs.insert(0, run)  # AWS lists the newest first
    threading.Thread(
        target=runner.run, args=(backend, job, run), daemon=True, name=f"job {name}"
    ).start()
    return run


def end(backend: LocalGlueBackend, run: JobRun, state: str, error: str | None) -> None:
    """Note how a run ended, say so, and retry it or let its workflow go on."""
    from local_cloud.glue import triggers  # it starts runs through this module

    with LOCK:
        if not run.is_live:
            return
        run.seconds = processes.elapsed(run)
        run.error, run.completed_on, run.status = error, utcnow(), state
    announce(backend, run)
    if not _retried(backend, run):
        triggers.node_ended(backend, run.start, ("job", run.job_name), state)


def stop(run: JobRun) -> None:
    """Ask a live run to end as STOPPED; its runner does it."""
    with LOCK:
        if run.is_live and run.stop_as is None:
            run.stop_as, run.status = "STOPPED", "STOPPING"


def find(backend: LocalGlueBackend, name: str, run_id: str) -> JobRun | None:
    """A run by id, or None."""
    runs = backend.jobs[name].job_runs if name in backend.jobs else []
    return next((run for run in runs if run.job_run_id == run_id), None)


def announce(backend: LocalGlueBackend, run: JobRun) -> None:
    """Emit the run's state; AWS sends the final ones as "Glue Job State Change"."""
    final = not run.is_live
    detail = {
        "jobName": run.job_name,
        "severity": "ERROR" if run.status in ("FAILED", "TIMEOUT") else "INFO",
        "state": run.status,
        "jobRunId": run.job_run_id,
        "message": run.error or f"Job run {run.status.lower()}",
    }
    kind = "Glue Job State Change" if final else "Glue Job Run Status"
    events.emit(backend.account_id, backend.region_name, "aws.glue", kind, detail)


def _retried(backend: LocalGlueBackend, run: JobRun) -> bool:
    job = backend.jobs.get(run.job_name)
    again = run.start.attempt + 1
    if run.status != "FAILED" or job is None or again > int(job.max_retries or 0):
        return False
    try:
        start(
            backend,
            run.job_name,
            replace(run.start, attempt=again, previous_run_id=run.job_run_id),
        )
    except ConcurrentRunsExceededException:
        return False
    return True


def _arguments(job: FakeJob, start: Start, run_id: str) -> dict[str, str]:
    merged = {
        **(job.default_arguments or {}),
        **start.arguments,
        **(job.non_overridable_arguments or {}),
        "--JOB_NAME": job.name,
        "--JOB_RUN_ID": run_id,
    }
    if start.workflow:
        merged["--WORKFLOW_NAME"], merged["--WORKFLOW_RUN_ID"] = start.workflow
    return merged
