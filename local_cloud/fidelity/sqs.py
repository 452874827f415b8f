"""SQS: policies come back as compact JSON, as AWS sends them."""

from __future__ import annotations

import json
from typing import Any

from moto.sqs.models import Queue

from local_cloud.fidelity.patching import around_property


def install() -> None:
    """Patch moto's SQS."""

    @around_property(Queue)
    def attributes(found: dict[str, Any], self: Queue) -> dict[str, Any]:
        if isinstance(found.get("RedrivePolicy"), str):
            policy = json.loads(found["RedrivePolicy"])
            found["RedrivePolicy"] = json.dumps(policy, separators=(",", ":"))
        return found
