"""Workflow runs as Glue reports them, reduced to what a load needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from stagecoach import aws

OVER = frozenset({"COMPLETED", "STOPPED", "ERROR"})
JOB_FAILED = frozenset({"FAILED", "TIMEOUT", "STOPPED", "ERROR", "EXPIRED"})
JOB_OVER = JOB_FAILED | {"SUCCEEDED"}
CRAWL_OVER = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "ERROR"})
LOOK_BACK = 25


@dataclass(frozen=True)
class Job:
    """The last run of one job of a workflow; `step` is `transform` or `stage`."""

    step: str
    state: str
    error: str
    seconds: float | None
    started: datetime | None = None


@dataclass(frozen=True)
class Run:
    """One workflow run and the load it carries."""

    id: str
    status: str
    load_id: str | None
    attempt: int | None
    jobs: tuple[Job, ...]
    is_crawling: bool

    @property
    def is_over(self) -> bool:
        """Whether Glue says that nothing more will happen."""
        return self.status in OVER

    @property
    def failed_job(self) -> Job | None:
        """The job that ended badly, if one did."""
        return next((job for job in self.jobs if job.state in JOB_FAILED), None)

    @property
    def is_working(self) -> bool:
        """Whether a job or the crawler is at work, so that an event is still to come."""
        return self.is_crawling or any(job.state not in JOB_OVER for job in self.jobs)


def get(workflow: str, run_id: str) -> Run | None:
    """One run, or None when Glue does not know it."""
    try:
        answer = aws.glue().get_workflow_run(Name=workflow, RunId=run_id, IncludeGraph=True)
    except ClientError as error:
        if aws.error_code(error) == "EntityNotFoundException":
            return None
        raise
    return read(answer["Run"])


def latest(workflow: str) -> Run | None:
    """The newest run; None when there was none, or there is no such workflow."""
    newest = _newest_first(workflow)[:1]
    return get(workflow, newest[0]["WorkflowRunId"]) if newest else None


def find(workflow: str, load_id: str, attempt: int) -> Run | None:
    """The run that carries this attempt of a load, by its run properties."""
    for run in map(read, _newest_first(workflow)):
        if (run.load_id, run.attempt) == (load_id, attempt):
            return get(workflow, run.id)
    return None


def _newest_first(workflow: str) -> list[Any]:
    """The last runs, without their graphs."""
    try:
        answer = aws.glue().get_workflow_runs(Name=workflow, MaxResults=LOOK_BACK)
    except ClientError as error:
        if aws.error_code(error) == "EntityNotFoundException":
            return []
        raise
    return sorted(answer["Runs"], key=lambda run: run["StartedOn"], reverse=True)


def read(run: Any) -> Run:
    """Take Glue's answer apart."""
    properties = run.get("WorkflowRunProperties") or {}
    nodes = (run.get("Graph") or {}).get("Nodes") or []
    jobs = [
        job(node["Name"], each)
        for node in nodes
        for each in (node.get("JobDetails") or {}).get("JobRuns", [])[:1]
    ]
    crawls = [
        crawl.get("State")
        for node in nodes
        for crawl in (node.get("CrawlerDetails") or {}).get("Crawls", [])[:1]
    ]
    return Run(
        id=run["WorkflowRunId"],
        status=run.get("Status", "RUNNING"),
        load_id=properties.get("load_id"),
        attempt=int(properties["attempt"]) if "attempt" in properties else None,
        jobs=tuple(jobs),
        is_crawling=any(state not in CRAWL_OVER for state in crawls),
    )


def job(name: str, run: Any) -> Job:
    """One job run of a workflow's graph."""
    return Job(
        step=name.rsplit("-", 1)[-1],
        state=run.get("JobRunState", "STARTING"),
        error=run.get("ErrorMessage") or "",
        seconds=_seconds(run.get("StartedOn"), run.get("CompletedOn"), run.get("ExecutionTime")),
        started=run.get("StartedOn"),
    )


def _seconds(
    started: datetime | None, completed: datetime | None, executed: int | None
) -> float | None:
    if started is not None and completed is not None:
        return max((completed - started).total_seconds(), 0.0)
    return float(executed) if executed else None
