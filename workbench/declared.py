"""Which datasets are declared, and as what they were built."""

from __future__ import annotations

import difflib

from stagecoach.dataset import Dataset
from stagecoach.errors import SetupError, UnknownDataset
from workbench.state import project


def names() -> list[str]:
    """The names that the project declares, sorted."""
    return sorted(path.stem for path in (project() / "datasets").glob("*.yaml"))


def check_name(name: str) -> None:
    """Raises UnknownDataset, with the nearest name, when no such dataset is declared."""
    declared = names()
    if name in declared:
        return
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"declared are {', '.join(declared)}."
    raise UnknownDataset(
        f"no dataset is called {name!r} - {hint} To add one, write datasets/{name}.yaml."
    )


def named(name: str) -> Dataset:
    """The dataset as it was built last.

    Raises UnknownDataset when it is not declared, SetupError when it is not built yet.
    """
    check_name(name)
    built = project() / "build" / "datasets" / f"{name}.json"
    if not built.exists():
        raise SetupError(
            f"dataset {name!r} is declared but not provisioned yet - run `stagecoach up`"
        )
    return Dataset.from_json(built.read_text())


def sharing(dataset: Dataset) -> list[str]:
    """The other datasets that take the same file, each its own sheet of a workbook, sorted."""
    built = sorted((project() / "build" / "datasets").glob("*.json"))
    others = (Dataset.from_json(file.read_text()) for file in built if file.stem in names())
    return [
        other.name
        for other in others
        if other.source.prefix == dataset.source.prefix and other.name != dataset.name
    ]
