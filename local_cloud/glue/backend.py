"""moto's Glue backend with the methods that make something happen replaced."""

from __future__ import annotations

from typing import Any

import moto.glue.urls
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeWorkflow, GlueBackend
from moto.utilities.paginator import paginate

from local_cloud.glue import crawlers, jobs, triggers, workflows

# moto's own pages are made of an attribute that its answers do not have.
PAGES = {
    "get_workflow_runs": {
        **GlueBackend.PAGINATION_MODEL["get_workflow_runs"],
        "unique_attribute": "WorkflowRunId",
    }
}


class LocalGlueBackend(GlueBackend):
    """One account and region of Glue. Pickles: what runs is known elsewhere, by id."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.bookmarks: dict[str, dict[str, Any]] = {}
        self.loose_states: dict[triggers.Node, str] = {}

    @property
    def _url_module(self) -> Any:
        return moto.glue.urls  # moto derives it from the class's module

    def start_job_run(
        self,
        name: str,
        arguments: dict[str, str] | None = None,
        allocated_capacity: int | None = None,
        max_capacity: float | None = None,
        timeout: int | None = None,
        worker_type: str | None = None,
        security_configuration: str | None = None,
        number_of_workers: int | None = None,
        notification_property: dict[str, int] | None = None,
        previous_run_id: str | None = None,
    ) -> str:
        """Start a run. Raises ConcurrentRunsExceededException, JobNotFoundException."""
        asked = {
            "allocated_capacity": allocated_capacity,
            "max_capacity": max_capacity,
            "timeout": timeout,
            "worker_type": worker_type,
            "security_configuration": security_configuration,
            "number_of_workers": number_of_workers,
            "notification_property": notification_property,
        }
        start = jobs.Start(arguments or {}, asked, previous_run_id=previous_run_id)
        return jobs.start(self, name, start).job_run_id

    def start_crawler(self, name: str) -> None:
        """Start a crawl. Raises CrawlerRunningException."""
        crawlers.start(self, name)

    def start_trigger(self, name: str) -> None:
        """Fire an ON_DEMAND trigger; let any other fire from now on."""
        triggers.start(self, self.get_trigger(name))

    def start_workflow_run(self, workflow_name: str, properties: dict[str, str] | None) -> str:
        """Start a run. Raises ConcurrentRunsExceededException."""
        return workflows.start(self, workflow_name, properties).run_id

    def stop_workflow_run(self, workflow_name: str, run_id: str) -> None:
        """Stop a run and the job runs in it."""
        workflows.stop(self, self.workflow(workflow_name).get_run(run_id))

    @paginate(pagination_model=PAGES)
    def get_workflow_runs(self, workflow_name: str) -> list[dict[str, Any]]:
        """Newest first, as AWS answers them."""
        runs = list(self.workflow(workflow_name).runs.values())
        return [workflows.describe(self, run) for run in reversed(runs)]

    def workflow(self, name: str) -> FakeWorkflow:
        """Raises EntityNotFoundException."""
        if name not in self.workflows:
            raise EntityNotFoundException("Entity not found")
        return self.workflows[name]
