"""What moto's Glue lacks for us: a limit of runs, and workflow runs with a graph of jobs."""

from datetime import datetime, timedelta
from typing import Any

from moto.glue.exceptions import ConcurrentRunsExceededException
from moto.glue.models import FakeWorkflow, FakeWorkflowRun

START = datetime(2026, 1, 1)
moto_start_run, moto_as_dict = FakeWorkflow.start_run, FakeWorkflowRun.as_dict


def start_run(self: FakeWorkflow, properties: dict[str, str] | None) -> str:
    """As Glue does: no more runs at once than the workflow allows."""
    running = sum(run.status == "RUNNING" for run in self.runs.values())
    if running >= int(self.max_concurrent_runs or 99):
        raise ConcurrentRunsExceededException("too many runs")
    return moto_start_run(self, properties)


def as_dict(self: FakeWorkflowRun) -> dict[str, Any]:
    """With the graph that `work` drew."""
    return {**moto_as_dict(self), "Graph": {"Nodes": getattr(self, "nodes", [])}}


def teach() -> None:
    """Make moto behave so, for the whole process."""
    FakeWorkflow.start_run = start_run
    FakeWorkflowRun.as_dict = as_dict


def work(run: FakeWorkflowRun, status: str, error: str = "", **jobs: str) -> None:
    """Say how far a run has come: `work(run, "COMPLETED", transform="FAILED")`."""
    run.status = status
    run.nodes = [
        {
            "Type": "JOB",
            "Name": f"{run.workflow_name}-{step}",
            "JobDetails": {
                "JobRuns": [
                    {
                        "JobRunState": state,
                        "StartedOn": START,
                        "CompletedOn": START + timedelta(seconds=9),
                        "ErrorMessage": error,
                    }
                ]
            },
        }
        for step, state in jobs.items()
    ]
