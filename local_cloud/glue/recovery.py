"""After a crash of the cloud: what the snapshot shows as running does not run any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.utils import utcnow
from moto.glue.models import glue_backends

from local_cloud.glue import jobs, triggers
from local_cloud.glue.workflows import LIVE

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

REASON = "the local cloud restarted"


def end_interrupted() -> None:
    """Fail every run and crawl that was live, say so, and let workflows see it."""
    for _, _, backend in list(glue_backends.iter_backends()):
        _end_crawls(backend)
        for job in list(backend.jobs.values()):
            for run in [run for run in job.job_runs if run.is_live]:
                run.began = None
                jobs.end(backend, run, "FAILED", REASON)
        _end_workflow_runs(backend)


def _end_crawls(backend: LocalGlueBackend) -> None:
    for crawler in backend.crawlers.values():
        for crawl in crawler.crawls:
            if crawl.status in ("RUNNING", "STOPPING"):
                crawl.status, crawl.error, crawl.end_time = "FAILED", REASON, utcnow()
                triggers.node_ended(backend, crawl.start, ("crawler", crawler.name), "FAILED")


def _end_workflow_runs(backend: LocalGlueBackend) -> None:
    """A run that was between two nodes has nobody to move it on."""
    for workflow in backend.workflows.values():
        for run in workflow.runs.values():
            live = {one.job_name for one in _live_jobs(backend, run.run_id)}
            if run.status in LIVE and not live:
                run.status, run.error, run.completed_on = "ERROR", REASON, utcnow()


def _live_jobs(backend: LocalGlueBackend, run_id: str) -> list[jobs.JobRun]:
    return [
        run
        for job in backend.jobs.values()
        for run in job.job_runs
        if run.is_live and run.start.workflow and run.start.workflow[1] == run_id
    ]
