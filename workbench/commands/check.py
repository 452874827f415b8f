"""`stagecoach check`: are the declarations and the views right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stagecoach.declaration import DeclarationErrors, Problem, batches, load_all
from workbench import queries, steps, views
from workbench.options import Env, Json
from workbench.output import ERR, OUT, print_json
from workbench.state import project

Folder = Annotated[
    Path | None,
    typer.Argument(
        help="The folder of the declarations; views/ and steps/ are beside it.",
        show_default="datasets/",
    ),
]


def check(
    folder: Folder = None,
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Validate all that is declared, offline: file, line, what was found and wanted.

    Example: stagecoach check
    """
    folder = folder or project() / "datasets"
    names: list[str] = []
    shown: list[str] = []
    together: list[str] = []
    after: list[str] = []
    asked: list[str] = []
    problems: list[Problem] = []
    try:
        datasets = load_all(folder)
        names = sorted(datasets)
        shown = sorted(".".join(view.relation) for view in views.load(views_of(folder), datasets))
        together = [each.name for each in batches.load_all(beside(folder, "batches"), datasets)]
        after = [step.name for step in steps.load(beside(folder, "steps"), datasets)]
        asked = [query.name for query in queries.load(beside(folder, "queries"), datasets)]
    except DeclarationErrors as error:
        problems = error.problems
    if as_json:
        wrong = [vars(problem) for problem in problems]
        right = {"datasets": names, "views": shown, "batches": together, "steps": after}
        print_json({**right, "queries": asked, "problems": wrong})
    else:
        for problem in problems:
            ERR.print(str(problem), markup=False)
        if not problems:
            said("declaration", names)
        said("view", shown)
        said("batch", together, "batches")
        said("step", after)
        said("query", asked, "queries")
    if problems:
        raise typer.Exit(1)


def said(one: str, names: list[str], several: str = "") -> None:
    """Say what is right, where there is any."""
    if names:
        word = f"{one} is" if len(names) == 1 else f"{several or one + 's'} are"
        OUT.print(f"{len(names)} {word} right: {', '.join(names)}")


def views_of(folder: Path) -> Path:
    """Where the views over the declarations of a folder are."""
    return beside(folder, "views")


def beside(folder: Path, name: str) -> Path:
    """The folder of that name which belongs to the declarations of a folder."""
    return folder.resolve().parent / name
