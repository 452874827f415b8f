"""`stagecoach sql DATASET`: what will run in the databases."""

from __future__ import annotations

from typing import Annotated

import typer

from stagecoach.declaration import load_all
from workbench import declared
from workbench.options import Env, Json
from workbench.output import OUT, print_json
from workbench.state import ROOT


def sql(
    dataset: Annotated[str, typer.Argument(help="The dataset.")],
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Print the DDL and the procedures of a dataset, as they will run in each target.

    Example: stagecoach sql nyc_flights
    """
    from workbench.render import render_all  # with jinja2, which no other command needs

    declared.check_name(dataset)
    files = render_all(load_all(ROOT / "datasets"), ROOT)
    texts = {name: text for name, text in files.items() if f"/datasets/{dataset}/" in f"/{name}"}
    if as_json:
        print_json(texts)
        return
    for name, text in sorted(texts.items()):
        OUT.print(f"-- {name}\n{text}", markup=False)
