"""Answer one question of the command line."""

from typing import Any

from stagecoach.ask import ask
from stagecoach.depot import depot


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Answer one question of the command line."""
    with depot("ledger") as here:
        return ask(here, event)
