"""Operations of runs that moto lacks or answers without the run's real state."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeCrawler
from moto.glue.responses import GlueResponse

from local_cloud.glue import crawlers, jobs, workflows


def install() -> None:
    """Hang the operations on moto's response class, which finds them by name."""
    for operation in (
        batch_stop_job_run,
        get_workflow_run,
        resume_workflow_run,
        get_job_bookmark,
        reset_job_bookmark,
    ):
        setattr(GlueResponse, operation.__name__, operation)
    FakeCrawler.as_dict = crawlers.with_last_crawl(FakeCrawler.as_dict)
    FakeCrawler.stop_crawler = crawlers.stop


def batch_stop_job_run(self: GlueResponse) -> ActionResult:
    """BatchStopJobRun."""
    name = self._get_param("JobName")
    stopped, refused = [], []
    for run_id in self._get_param("JobRunIds"):
        about = {"JobName": name, "JobRunId": run_id}
        run = jobs.find(self.glue_backend, name, run_id)
        if run is not None and run.is_live:
            jobs.stop(run)
            stopped.append(about)
        else:
            refused.append(about | {"ErrorDetail": _refusal(run)})
    return ActionResult({"SuccessfulSubmissions": stopped, "Errors": refused})


def _refusal(run: jobs.JobRun | None) -> dict[str, str]:
    if run is None:
        return {"ErrorCode": "EntityNotFoundException", "ErrorMessage": "Job run not found"}
    message = f"Job run is already {run.status}"
    return {"ErrorCode": "IllegalSessionStateException", "ErrorMessage": message}


def get_workflow_run(self: GlueResponse) -> ActionResult:
    """GetWorkflowRun, with the graph when asked."""
    backend = self.glue_backend
    run = backend.workflow(self._get_param("Name")).get_run(self._get_param("RunId"))
    graph = bool(self._get_param("IncludeGraph"))
    return ActionResult({"Run": workflows.describe(backend, run, graph)})


def resume_workflow_run(self: GlueResponse) -> ActionResult:
    """ResumeWorkflowRun."""
    backend, idents = self.glue_backend, self._get_param("NodeIds")
    run = backend.workflow(self._get_param("Name")).get_run(self._get_param("RunId"))
    resumed = workflows.resume(backend, run, idents)
    return ActionResult({"RunId": resumed.run_id, "NodeIds": idents})


def get_job_bookmark(self: GlueResponse) -> ActionResult:
    """GetJobBookmark: jobs here keep none unless one was set."""
    name = self._get_param("JobName")
    if name not in self.glue_backend.bookmarks:
        raise EntityNotFoundException(f"Continuation for job {name} not found")
    return ActionResult({"JobBookmarkEntry": self.glue_backend.bookmarks[name]})


def reset_job_bookmark(self: GlueResponse) -> ActionResult:
    """ResetJobBookmark."""
    name = self._get_param("JobName")
    self.glue_backend.get_job(name)
    entry: dict[str, Any] = {"JobName": name, "Version": 0, "Run": 0, "Attempt": 0}
    self.glue_backend.bookmarks[name] = entry
    return ActionResult({"JobBookmarkEntry": entry})
