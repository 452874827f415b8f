"""Write down how loads ended, and start the next ones; the same event twice is harmless."""

from typing import Any

from stagecoach.depot import depot
from stagecoach.settle import settle


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Write down how loads ended, and start the next ones; the same event twice is harmless."""
    with depot("settle") as here:
        return settle(here, event["Records"])
