"""`stagecoach approve ID`: let one load through that the delete guard refused."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.again import load_again
from workbench.follow import PATIENCE
from workbench.options import Env, Json, LoadId, Patience


def approve(
    load_id: LoadId,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Let a load delete what the delete guard stopped, after you have looked at it.

    Only this load, and only as many rows as it was refused for.

    Example: stagecoach approve 7f3a91c2
    """
    load_again("approve", load_id, env, timeout, as_json=as_json, no_wait=no_wait)
