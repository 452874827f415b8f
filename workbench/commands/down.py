"""`stagecoach down`: stop the local cloud."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench import cloud, provision
from workbench.options import Env
from workbench.output import OUT
from workbench.state import State


def down(
    env: Env = "local",
    erase: Annotated[
        bool, typer.Option("--erase", help="Also forget all data and the Terraform state.")
    ] = False,
) -> None:
    """Stop the local cloud; its data stays for the next `up` unless erased.

    Example: stagecoach down --erase
    """
    provision.refuse_unless_local(env, "down")
    state = State.of(env)
    with cloud.locked(state):
        stopped = cloud.stop(state)
        if erase:
            cloud.erase(state)
    OUT.print("the local cloud is stopped" if stopped else "the local cloud was not up")
    OUT.print("its data is erased" if erase else "`stagecoach up` brings it back as it was")
