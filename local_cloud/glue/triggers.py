"""Triggers: what starts what, inside a workflow run and on its own."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeTrigger, glue_backends

from local_cloud import delays
from local_cloud.glue import jobs
from local_cloud.glue.jobs import LOCK, Start

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend
    from local_cloud.glue.workflows import WorkflowRun

Node = tuple[str, str]  # "job" or "crawler", and its name
# AWS's longest window, in seconds.
BATCH_WINDOW = 900

_pending: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
_pending_lock = threading.Lock()


def start(backend: LocalGlueBackend, trigger: FakeTrigger) -> None:
    """Fire an ON_DEMAND trigger, or start its workflow; let any other fire from now on."""
    from local_cloud.glue import workflows

    if trigger.trigger_type != "ON_DEMAND":
        trigger.state = "ACTIVATED"
    elif trigger.workflow_name:
        workflows.start(backend, trigger.workflow_name, None)
    else:
        fire(backend, trigger, None)


def nodes(trigger: FakeTrigger) -> list[Node]:
    """What a trigger starts."""
    return [node_of(action.job_name, action.crawler_name) for action in trigger.actions]


def node_of(job_name: str | None, crawler_name: str | None) -> Node:
    """The node of an action or a condition."""
    return ("job", job_name) if job_name else ("crawler", crawler_name or "")


def fire(
    backend: LocalGlueBackend,
    trigger: FakeTrigger,
    run: WorkflowRun | None,
    only: set[Node] | None = None,
) -> None:
    """Start what a trigger starts, or `only` some; what cannot start is an ERROR of the run."""
    from local_cloud.glue import crawlers

    workflow = (run.workflow_name, run.run_id) if run else None
    for action in trigger.actions:
        if only is not None and node_of(action.job_name, action.crawler_name) not in only:
            continue
        asked = {"timeout": action.timeout} if action.timeout else {}
        begin = Start(action.arguments or {}, asked, workflow, trigger.name)
        try:
            if action.job_name:
                jobs.start(backend, action.job_name, begin)
            else:
                crawlers.start(backend, action.crawler_name, begin)
        except Exception as error:
            node = node_of(action.job_name, action.crawler_name)
            if run is None:
                raise
            run.error = f"{node[1]} was not started: {error}"
            node_ended(backend, begin, node, "ERROR")


def node_ended(backend: LocalGlueBackend, begun: Start, node: Node, state: str) -> None:
    """Let whatever waited for a job or crawler go on."""
    from local_cloud.glue import workflows

    if begun.workflow:
        name, run_id = begun.workflow
        run = backend.workflows[name].runs.get(run_id) if name in backend.workflows else None
        if run is not None:
            workflows.node_ended(backend, run, node, state)
    elif begun.trigger:
        _loose_node_ended(backend, node, state)


def _loose_node_ended(backend: LocalGlueBackend, node: Node, state: str) -> None:
    """Outside workflows, conditions look only at what triggers started, as on AWS."""
    with LOCK:
        backend.loose_states[node] = state
        ready = [
            trigger
            for trigger in backend.triggers.values()
            if not trigger.workflow_name and is_ready(trigger, backend.loose_states)
        ]
        for trigger in ready:
            for condition in trigger.predicate.conditions:
                backend.loose_states.pop(node_of(condition.job_name, condition.crawler_name), None)
    for trigger in ready:
        fire(backend, trigger, None)


def is_ready(trigger: FakeTrigger, states: dict[Node, str]) -> bool:
    """Whether a conditional trigger is active and its predicate holds."""
    if trigger.trigger_type != "CONDITIONAL" or trigger.state != "ACTIVATED":
        return False
    held = [_holds(condition, states) for condition in trigger.predicate.conditions]
    return any(held) if _text(trigger.predicate.logical) == "ANY" else all(held)


def _holds(condition: Any, states: dict[Node, str]) -> bool:
    wanted = condition.state if condition.job_name else condition.crawl_state
    node = node_of(condition.job_name, condition.crawler_name)
    return states.get(node) == _text(wanted)


def _text(value: Any) -> str | None:
    return getattr(value, "value", value)


def notify(account: str, region: str, workflow: str, event: dict[str, Any]) -> None:
    """Give an EventBridge event to a workflow's EVENT trigger, which starts a run per batch.

    Raises EntityNotFoundException without such a trigger, ConcurrentRunsExceededException.
    """
    backend = glue_backends[account][region]
    trigger = next(
        (
            trigger
            for trigger in backend.triggers.values()
            if trigger.workflow_name == workflow and trigger.trigger_type == "EVENT"
        ),
        None,
    )
    if trigger is None or trigger.state == "DEACTIVATED":
        raise EntityNotFoundException(f"workflow {workflow} has no active EVENT trigger")
    batching = trigger.event_batching_condition or {}
    place = (account, region, workflow)
    with _pending_lock:
        waiting = _pending.setdefault(place, [])
        waiting.append(event)
        count = len(waiting)
    if count >= int(batching.get("BatchSize", 1)):
        _start_batch(*place)
    elif count == 1:
        delays.later(float(batching.get("BatchWindow") or BATCH_WINDOW), _start_batch, *place)


def _start_batch(account: str, region: str, workflow: str) -> None:
    with _pending_lock:
        batch = _pending.pop((account, region, workflow), [])
    if not batch:
        return
    properties = {"aws:eventIds": json.dumps([event["id"] for event in batch])}
    try:
        glue_backends[account][region].start_workflow_run(workflow, properties)
    except Exception:
        with _pending_lock:  # the last event is delivered again, the others wait for it
            _pending.setdefault((account, region, workflow), [])[:0] = batch[:-1]
        raise
