"""The projects of this repository: itself, and each of examples/."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from workbench.state import DECLARED

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/*/datasets"))
PROJECTS = [ROOT, *EXAMPLES]
DECLARATIONS = [path for each in PROJECTS for path in sorted((each / "datasets").glob("*.yaml"))]


def union(projects: Sequence[Path], into: Path) -> Path:
    """One project of several, so that one environment serves many tests; stale files go.

    Fails when two of them have a file of the same name.
    """
    for folder in DECLARED:
        shutil.rmtree(into / folder, ignore_errors=True)
        for project in projects:
            for path in sorted((project / folder).rglob("*")):
                copy = into / path.relative_to(project)
                if path.is_file():
                    assert not copy.exists(), f"two projects have {path.relative_to(project)}"
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy)
    return into
