"""`stagecoach sql NAME`: what will run in the databases for a dataset, a view or a step."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stagecoach.declaration import load_all
from stagecoach.errors import SetupError
from workbench import declared, steps, views
from workbench.options import Env, Json
from workbench.output import OUT, print_json
from workbench.state import ROOT, project


class Target(StrEnum):
    """A database that a dataset may go to."""

    postgres = "postgres"
    redshift = "redshift"


def sql(
    dataset: Annotated[
        str, typer.Argument(help="The dataset, the view or the step.", metavar="NAME")
    ],
    target: Annotated[Target | None, typer.Option(help="Only what this database gets.")] = None,
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Print the SQL of a dataset, a view or a step, as it will run in each target.

    Example: stagecoach sql nyc_flights --target redshift
    """
    wanted = tuple(f"{one}/" for one in ([target] if target else Target))
    of_it, file = _texts(dataset)
    texts = {name: text for name, text in of_it.items() if name.startswith(wanted)}
    if not texts:
        raise SetupError(
            f"{dataset} does not go to {target} - add `{target}` to its targets in {file}"
        )
    if as_json:
        print_json(texts)
        return
    for name, text in sorted(texts.items()):
        OUT.print(f"-- {name}\n{text}", markup=False)


def _texts(name: str) -> tuple[dict[str, str], str]:
    """Every rendered file of a dataset, a view or a step, and where it is declared."""
    datasets = load_all(project() / "datasets")
    shown = views.load(project() / "views", datasets)
    found = [view for view in shown if name in (view.name, ".".join(view.relation))]
    if found and name not in datasets:
        texts = views.render(found, datasets)
        own = tuple(f"{view.schema}.{view.name}." for view in found)
        ours = {path: text for path, text in texts.items() if any(each in path for each in own)}
        return ours, found[0].path
    after = {step.name: step for step in steps.load(project() / "steps", datasets)}
    if name in after:
        path = f"postgres/steps/{name}.sql"
        return {path: steps.render([after[name]])[path]}, after[name].path
    from workbench.render import render_all  # with jinja2, which no other command needs

    declared.check_name(name)
    files = render_all(datasets, ROOT)
    folder = f"/datasets/{name}/"
    return {path: text for path, text in files.items() if folder in path}, f"datasets/{name}.yaml"
