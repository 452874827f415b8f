"""Glue: connections, jobs, crawlers and triggers can be changed and read back as AWS has them."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeConnection, FakeJob, FakeTrigger, GlueBackend
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate

from local_cloud.fidelity.patching import around, method

_JOB = [
    "Role",
    "Command",
    "Description",
    "LogUri",
    "ExecutionProperty",
    "DefaultArguments",
    "NonOverridableArguments",
    "Connections",
    "MaxRetries",
    "AllocatedCapacity",
    "Timeout",
    "MaxCapacity",
    "WorkerType",
    "NumberOfWorkers",
    "SecurityConfiguration",
    "NotificationProperty",
    "GlueVersion",
    "ExecutionClass",
]
_CRAWLER = [
    "Role",
    "DatabaseName",
    "Description",
    "Targets",
    "Schedule",
    "Classifiers",
    "TablePrefix",
    "SchemaChangePolicy",
    "RecrawlPolicy",
    "LineageConfiguration",
    "Configuration",
    "CrawlerSecurityConfiguration",
]


def install() -> None:
    """Patch moto's Glue control plane."""
    _connections()
    _jobs_and_crawlers()
    _triggers()

    @around(GlueBackend)
    def create_registry(
        original: Any,
        self: GlueBackend,
        registry_name: str,
        description: str | None = None,
        tags: dict[str, str] | None = None,
    ) -> Any:
        created = original(self, registry_name, description, tags)
        arn = created["RegistryArn"] if isinstance(created, dict) else created.registry_arn
        self.tag_resource(arn, tags)
        return created


def _connections() -> None:
    @around(FakeConnection)
    def as_dict(original: Any, self: FakeConnection, hide_password: bool = False) -> dict[str, Any]:
        shown = original(self, hide_password)
        for field in ("ConnectionType", "MatchCriteria"):
            if field in self.connection_input:
                shown[field] = self.connection_input[field]
        return shown

    @method(GlueResponse)
    def delete_connection(self: GlueResponse) -> EmptyResult:
        name = self._get_param("ConnectionName")
        if self.glue_backend.connections.pop(name, None) is None:
            raise EntityNotFoundException(f"Connection {name} not found.")
        return EmptyResult()

    @method(GlueResponse)
    def update_connection(self: GlueResponse) -> EmptyResult:
        name, wanted = self._get_param("Name"), self._get_param("ConnectionInput")
        if name not in self.glue_backend.connections:
            raise EntityNotFoundException(f"Connection {name} not found.")
        connection = self.glue_backend.connections[name]
        connection.connection_input = wanted
        connection.description = wanted.get("Description")
        connection.connection_properties = wanted.get("ConnectionProperties", {})
        connection.updated_time = utcnow()
        return EmptyResult()


def _jobs_and_crawlers() -> None:
    @around(FakeJob)
    def __init__(original: Any, self: FakeJob, *args: Any, **options: Any) -> None:  # noqa: N807
        original(self, *args, **options)
        sent = options.get("execution_class", args[20] if len(args) > 20 else None)
        self.execution_class = sent  # moto makes it STANDARD, which Terraform sees as a change

    @method(GlueResponse)
    def update_job(self: GlueResponse) -> ActionResult:
        job = self.glue_backend.get_job(self._get_param("JobName"))
        wanted = self._get_param("JobUpdate")
        for field in _JOB:  # UpdateJob overwrites all of them
            setattr(job, _snake(field), wanted.get(field))
        job.execution_property = job.execution_property or {}
        job.default_arguments = job.default_arguments or {}
        job.last_modified_on = utcnow()
        return ActionResult({"JobName": job.name})

    @method(GlueResponse)
    def update_crawler(self: GlueResponse) -> EmptyResult:
        crawler = self.glue_backend.get_crawler(self._get_param("Name"))
        for field in _CRAWLER:
            if field in self.parameters:
                setattr(crawler, _snake(field), self.parameters[field])
        crawler.version += 1
        crawler.last_updated = utcnow()
        return EmptyResult()


def _triggers() -> None:
    @around(FakeTrigger)
    def __init__(original: Any, self: FakeTrigger, *args: Any, **options: Any) -> None:  # noqa: N807
        original(self, *args, **options)
        if self.trigger_type == "ON_DEMAND":
            self.state = "CREATED"  # on AWS it never becomes ACTIVATED

    @method(FakeTrigger)
    def start_trigger(self: FakeTrigger) -> None:
        if self.trigger_type != "ON_DEMAND":
            self.state = "ACTIVATED"

    @method(GlueResponse)
    def update_trigger(self: GlueResponse) -> ActionResult:
        trigger = self.glue_backend.get_trigger(self._get_param("Name"))
        wanted = self._get_param("TriggerUpdate")
        if "Actions" in wanted:
            trigger.actions = [Action(action) for action in wanted["Actions"]]
        if "Predicate" in wanted:
            trigger.predicate = Predicate(wanted["Predicate"])
        for field in ("Description", "Schedule", "EventBatchingCondition"):
            if field in wanted:
                setattr(trigger, _snake(field), wanted[field])
        return ActionResult({"Trigger": trigger.as_dict()})


def _snake(field: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in field).lstrip("_")
