"""Bring the file of a dataset that nobody sends; a file that did not change is left alone."""

from typing import Any

from stagecoach.fetch.turn import take_turn


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring one file; answers what became of it, and mails a failure."""
    return take_turn(event)
