"""`stagecoach up`: the whole environment, from nothing or from where it was left."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench import provision
from workbench.options import Env
from workbench.output import OUT


def up(
    env: Env = "local",
    port: Annotated[
        int | None, typer.Option(help="The port of the local cloud; a free one by default.")
    ] = None,
) -> None:
    """Start the local cloud and apply Terraform to it; does only what is missing.

    Example: stagecoach up
    """
    result = provision.up(env, port)
    OUT.print(f"up in {result.seconds:.0f} s: {result.what}; the local cloud is {result.endpoint}")
