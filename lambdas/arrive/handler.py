"""Take in the deliveries that a batch of events tells of; the same event twice is harmless."""

from typing import Any

from stagecoach.arrive import arrive
from stagecoach.depot import depot


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Take in the deliveries that a batch of events tells of; the same event twice is harmless."""
    with depot("arrive") as here:
        return arrive(here, event["Records"])
