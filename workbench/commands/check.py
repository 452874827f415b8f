"""`stagecoach check`: are the declarations right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stagecoach.declaration import DeclarationErrors, load_all
from workbench.options import Env, Json
from workbench.output import ERR, OUT, print_json
from workbench.state import ROOT

Folder = Annotated[Path, typer.Argument(help="The folder of the declarations.", show_default=False)]


def check(
    folder: Folder = ROOT / "datasets",
    env: Env = "local",  # noqa: ARG001 - the same answer in every environment
    as_json: Json = False,
) -> None:
    """Validate every declaration, offline: file, line, what was found, what was wanted.

    Example: stagecoach check
    """
    try:
        names, problems = sorted(load_all(folder)), []
    except DeclarationErrors as error:
        names, problems = [], error.problems
    if as_json:
        print_json({"datasets": names, "problems": [vars(problem) for problem in problems]})
    else:
        for problem in problems:
            ERR.print(str(problem), markup=False)
        if not problems:
            OUT.print(f"{len(names)} declarations are right: {', '.join(names)}")
    if problems:
        raise typer.Exit(1)
