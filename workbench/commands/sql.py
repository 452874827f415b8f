"""`stagecoach sql DATASET`: what will run in the databases."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stagecoach.declaration import load_all
from stagecoach.errors import SetupError
from workbench import declared
from workbench.options import Env, Json
from workbench.output import OUT, print_json
from workbench.state import ROOT


class Target(StrEnum):
    """A database that a dataset may go to."""

    postgres = "postgres"
    redshift = "redshift"


def sql(
    dataset: Annotated[str, typer.Argument(help="The dataset.")],
    target: Annotated[Target | None, typer.Option(help="Only what this database gets.")] = None,
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Print the DDL and the procedures of a dataset, as they will run in each target.

    Example: stagecoach sql nyc_flights --target redshift
    """
    from workbench.render import render_all  # with jinja2, which no other command needs

    declared.check_name(dataset)
    files = render_all(load_all(ROOT / "datasets"), ROOT)
    folders = tuple(f"{one}/datasets/{dataset}/" for one in ([target] if target else Target))
    texts = {name: text for name, text in files.items() if name.startswith(folders)}
    if not texts:
        raise SetupError(
            f"{dataset} does not go to {target} - add `{target}` to its targets in"
            f" datasets/{dataset}.yaml"
        )
    if as_json:
        print_json(texts)
        return
    for name, text in sorted(texts.items()):
        OUT.print(f"-- {name}\n{text}", markup=False)
