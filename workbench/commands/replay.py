"""`stagecoach replay ID`: apply a delivery again after a fix."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.again import load_again
from workbench.follow import PATIENCE
from workbench.options import Env, Json, LoadId, Patience


def replay(
    load_id: LoadId,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Load the same delivery again, for instance after its declaration was mended.

    Example: stagecoach replay 7f3a91c2
    """
    load_again("replay", load_id, env, timeout, as_json=as_json, no_wait=no_wait)
