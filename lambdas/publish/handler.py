"""Bring to Redshift what was applied; the same message twice, or none at all, is harmless."""

from typing import Any

from stagecoach.depot import depot
from stagecoach.publish import publish
from stagecoach.warehouse import Redshift


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring to Redshift what was applied; the same message twice, or none at all, is harmless."""
    with depot("publish") as here:
        return publish(here, Redshift.read(), event)
