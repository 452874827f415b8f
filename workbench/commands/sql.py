"""`stagecoach sql DATASET`: what will run in the databases."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench import declared
from workbench.options import Env, Json
from workbench.output import OUT, print_json


def sql(
    dataset: Annotated[str, typer.Argument(help="The dataset.")],
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Print the DDL and the procedures of a dataset, as they will run in each target.

    Example: stagecoach sql nyc_flights
    """
    from workbench.render import render_all

    texts = render_all(declared.named(dataset))
    if as_json:
        print_json(texts)
        return
    for name, text in texts.items():
        OUT.print(f"-- {name}\n{text}", markup=False)
