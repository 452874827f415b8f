"""SQS: compact policies, RedriveAllowPolicy is kept, and setting one attribute keeps the rest."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import Queue

from local_cloud.fidelity.patching import around, around_property

POLICIES = ("RedrivePolicy", "RedriveAllowPolicy")


def install() -> None:
    """Patch moto's SQS."""
    Queue.redrive_allow_policy = None
    Queue.BASE_ATTRIBUTES = [*Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]

    @around_property(Queue)
    def attributes(found: dict[str, Any], self: Queue) -> dict[str, Any]:  # noqa: ARG001
        for name in POLICIES:
            policy = found.pop(name, None)
            if policy:  # an empty one is how Terraform takes it away
                found[name] = json.dumps(json.loads(policy), separators=(",", ":"))
        return found

    @around(Queue)
    def _set_attributes(original: Any, self: Queue, attributes: Any, now: Any = None) -> None:
        # moto takes an unnamed policy for a deleted one; AWS changes only what is named.
        kept = {"Policy": getattr(self, "policy", None)} if "Policy" not in attributes else {}
        original(self, {**attributes, **kept}, now)
