"""`stagecoach publish ID`: bring a load to Redshift that did not get there."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.again import load_again
from workbench.follow import PATIENCE
from workbench.options import Env, Json, LoadId, Patience


def publish(
    load_id: LoadId,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Return at once.")] = False,
    timeout: Patience = PATIENCE,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Publish a load to Redshift again, after its publication failed and the cause is mended.

    Those that wait behind it follow by themselves. One that waits for its next try is tried now.

    Example: stagecoach publish 7f3a91c2
    """
    load_again("publish", load_id, env, timeout, as_json=as_json, no_wait=no_wait)
