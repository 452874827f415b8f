"""`stagecoach check`: are the declarations right?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.options import Env, Json
from workbench.output import ERR, OUT, print_json
from workbench.state import ROOT


def check(
    folder: Annotated[Path, typer.Argument(help="The folder of the declarations.")] = ROOT
    / "datasets",
    env: Env = "local",
    as_json: Json = False,
) -> None:
    """Validate every declaration, offline: file, line, what was found, what was wanted.

    Example: stagecoach check
    """
    from stagecoach.declaration import check_folder

    datasets, problems = check_folder(folder)
    if as_json:
        names = [dataset.name for dataset in datasets]
        print_json({"datasets": names, "problems": [str(problem) for problem in problems]})
    else:
        for problem in problems:
            ERR.print(str(problem), markup=False)
        if not problems:
            OUT.print(f"{len(datasets)} declarations are right")
    if problems:
        raise typer.Exit(1)
