"""`stagecoach loads`: what happened lately."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench import declared
from workbench.aws import Account
from workbench.options import Env, Json
from workbench.output import OUT, print_json, print_table
from workbench.tables import loads_table


def loads(
    dataset: Annotated[str | None, typer.Option("--dataset", "-d", help="Only this one.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, the newest first.", min=1)] = 20,
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Show the latest loads: state and counts, the newest first.

    `applied` is applied in every target of its dataset; else the state says what Redshift lacks.

    Example: stagecoach loads --dataset nyc_flights
    """
    if dataset is not None:
        declared.check_name(dataset)
    found = Account(env).ask(ask="loads", dataset=dataset, limit=limit)
    if as_json:
        print_json(found)
    elif found:
        print_table(loads_table(found, OUT.width if OUT.is_terminal else None))
    else:
        OUT.print("nothing has been loaded yet - send a file: `stagecoach send DATASET FILE`")
