"""Find what no event told of; a second sweep does nothing."""

from typing import Any

from stagecoach.depot import depot
from stagecoach.sweep import sweep


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Find what no event told of; a second sweep does nothing. `time` is when it was due."""
    with depot("sweep") as here:
        return sweep(here, event.get("time"))
