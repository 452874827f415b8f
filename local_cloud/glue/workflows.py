"""Workflow runs: which nodes ran, which triggers fired, when nothing is left to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.glue.exceptions import ConcurrentRunsExceededException
from moto.glue.models import FakeTrigger, FakeWorkflowRun

from local_cloud.glue import jobs, triggers
from local_cloud.glue.jobs import LOCK, JobRun
from local_cloud.glue.triggers import Node

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

LIVE = ("RUNNING", "STOPPING")


class IllegalWorkflowState(JsonRESTError):
    """A run cannot do what is asked in the state it is in."""

    def __init__(self, message: str) -> None:
        super().__init__("IllegalWorkflowStateException", message)


class WorkflowRun(FakeWorkflowRun):
    """One run of a workflow."""

    def __init__(self, name: str, previous: str | None, properties: dict[str, str]) -> None:
        super().__init__(name, previous, properties)
        self.states: dict[Node, str] = {}
        self.fired: set[str] = set()
        self.error: str | None = None

    def claim(self, trigger: FakeTrigger) -> None:
        """Note that a trigger fires: in the same breath its nodes count as running."""
        self.fired.add(trigger.name)
        self.states.update(dict.fromkeys(triggers.nodes(trigger), "RUNNING"))


def start(backend: LocalGlueBackend, name: str, properties: dict[str, str] | None) -> WorkflowRun:
    """Start a run of a workflow. Raises ConcurrentRunsExceededException."""
    workflow = backend.workflow(name)
    with LOCK:
        most = int(workflow.max_concurrent_runs or 0)
        if most and sum(run.status in LIVE for run in workflow.runs.values()) >= most:
            raise ConcurrentRunsExceededException(
                f"Max concurrent runs exceeded for workflow {name}"
            )
        previous = next(reversed(workflow.runs), None)
        merged = {**(workflow.default_run_properties or {}), **(properties or {})}
        run = WorkflowRun(name, previous, merged)
        workflow.runs[run.run_id] = run
        first = [one for one in _triggers(backend, run) if one.trigger_type != "CONDITIONAL"]
        for trigger in first:
            run.claim(trigger)
    for trigger in first:
        triggers.fire(backend, trigger, run)
    _complete_if_done(run)
    return run


def node_ended(backend: LocalGlueBackend, run: WorkflowRun, node: Node, state: str) -> None:
    """Note a node's end, fire what is ready, complete the run when nothing is."""
    with LOCK:
        run.states[node] = state
        ready = [
            trigger
            for trigger in _triggers(backend, run)
            if run.status == "RUNNING"
            and trigger.name not in run.fired
            and triggers.is_ready(trigger, run.states)
        ]
        for trigger in ready:
            run.claim(trigger)
    for trigger in ready:
        triggers.fire(backend, trigger, run)
    _complete_if_done(run)


def stop(backend: LocalGlueBackend, run: WorkflowRun) -> None:
    """Stop the run's jobs; it is STOPPED when the last one is."""
    with LOCK:
        if run.status != "RUNNING":
            return
        run.status = "STOPPING"
    for job_run in job_runs(backend, run):
        jobs.stop(job_run)
    _complete_if_done(run)


def resume(backend: LocalGlueBackend, run: WorkflowRun, idents: list[str]) -> WorkflowRun:
    """A new run that keeps what another did, but for the nodes with these ids and their heirs.

    Raises IllegalWorkflowStateException while the other still runs.
    """
    if run.status in LIVE:
        raise IllegalWorkflowState(f"{run.run_id} is {run.status}, only a run that ended resumes")
    again = WorkflowRun(run.workflow_name, run.run_id, dict(run.properties))
    with LOCK:
        chosen = {node for node in run.states if _ident(node) in idents}
        again.states = {
            node: "RUNNING" if node in chosen else state
            for node, state in run.states.items()
            if node in chosen or state == "SUCCEEDED"
        }
        again.fired = {
            trigger.name
            for trigger in _triggers(backend, run)
            if trigger.name in run.fired and set(triggers.nodes(trigger)) & set(again.states)
        }
        backend.workflow(run.workflow_name).runs[again.run_id] = again
    for trigger in _triggers(backend, run):
        triggers.fire(backend, trigger, again, only=chosen)
    _complete_if_done(again)
    return again


def job_runs(backend: LocalGlueBackend, run: WorkflowRun) -> list[JobRun]:
    """The job runs of a workflow run, newest first within each job."""
    mine = (run.workflow_name, run.run_id)
    return [
        job_run
        for job in list(backend.jobs.values())
        for job_run in list(job.job_runs)
        if job_run.start.workflow == mine
    ]


def describe(backend: LocalGlueBackend, run: WorkflowRun, graph: bool = False) -> dict[str, Any]:
    """The run as GetWorkflowRun answers it."""
    known = run.as_dict() | {"Statistics": _statistics(run)}
    if run.error:
        known["ErrorMessage"] = run.error
    if graph:
        known["Graph"] = _graph(backend, run)
    return known


def _complete_if_done(run: WorkflowRun) -> None:
    with LOCK:
        if run.status in LIVE and "RUNNING" not in run.states.values():
            run.status = "STOPPED" if run.status == "STOPPING" else "COMPLETED"
            run.completed_on = utcnow()


def _triggers(backend: LocalGlueBackend, run: WorkflowRun) -> list[FakeTrigger]:
    return [
        trigger
        for trigger in list(backend.triggers.values())
        if trigger.workflow_name == run.workflow_name
    ]


def _statistics(run: WorkflowRun) -> dict[str, int]:
    states = list(run.states.values())
    names = {
        "Timeout": "TIMEOUT",
        "Failed": "FAILED",
        "Stopped": "STOPPED",
        "Succeeded": "SUCCEEDED",
        "Running": "RUNNING",
        "Errored": "ERROR",
        "Waiting": "WAITING",
    }
    counted = {f"{name}Actions": states.count(state) for name, state in names.items()}
    return {"TotalActions": len(states), **counted}


def _graph(backend: LocalGlueBackend, run: WorkflowRun) -> dict[str, Any]:
    mine = _triggers(backend, run)
    edges = []
    for trigger in mine:
        ident = _ident(("trigger", trigger.name))
        waits_for = trigger.predicate.conditions if trigger.predicate else []
        before = [triggers.node_of(one.job_name, one.crawler_name) for one in waits_for]
        edges += [{"SourceId": _ident(node), "DestinationId": ident} for node in before]
        edges += [
            {"SourceId": ident, "DestinationId": _ident(node)} for node in triggers.nodes(trigger)
        ]
    found = {node for trigger in mine for node in triggers.nodes(trigger)}
    return {
        "Nodes": [
            *(_trigger_node(trigger) for trigger in mine),
            *(_work_node(backend, run, node) for node in sorted(found)),
        ],
        "Edges": edges,
    }


def _ident(node: Node) -> str:
    return f"wnode_{node[0]}_{node[1]}"


def _trigger_node(trigger: FakeTrigger) -> dict[str, Any]:
    return {
        "Type": "TRIGGER",
        "Name": trigger.name,
        "UniqueId": _ident(("trigger", trigger.name)),
        "TriggerDetails": {"Trigger": trigger.as_dict()},
    }


def _work_node(backend: LocalGlueBackend, run: WorkflowRun, node: Node) -> dict[str, Any]:
    kind, name = node
    described = {"Type": kind.upper(), "Name": name, "UniqueId": _ident(node)}
    if kind == "job":
        runs = [one.as_dict() for one in job_runs(backend, run) if one.job_name == name]
        return described | {"JobDetails": {"JobRuns": runs}}
    crawls = backend.crawlers[name].crawls if name in backend.crawlers else []
    mine = [
        crawl.as_node()
        for crawl in crawls
        if crawl.start.workflow == (run.workflow_name, run.run_id)
    ]
    return described | {"CrawlerDetails": {"Crawls": mine}}
