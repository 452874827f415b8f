"""All batches of a folder, and what they ask of the datasets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath

from stagecoach.dataset import Dataset
from stagecoach.declaration import shape
from stagecoach.declaration.batches.batch import Batch, BatchModel
from stagecoach.declaration.document import Document, read
from stagecoach.declaration.named import repeated, texts
from stagecoach.declaration.problems import DeclarationErrors, Problem, did_you_mean, listed

NAME_MOST = 40


def load_all(folder: FilePath, datasets: Mapping[str, Dataset]) -> list[Batch]:
    """Read and check every batch of a folder, by name; none where there is no such folder.

    Raises DeclarationErrors with every mistake in any of them.
    """
    problems = [
        Problem(str(path), 0, f"found the extension .yml - wanted {path.stem}.yaml")
        for path in sorted(folder.glob("*.yml"))
    ]
    found: list[Batch] = []
    taken: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read(path)
        found.extend(_read(document))
        document.problems.extend(_members(document, datasets, taken))
        problems.extend(document.problems)
    if problems:
        raise DeclarationErrors(problems)
    return found


def _read(document: Document) -> Iterator[Batch]:
    if document.problems and document.value is None:
        return
    if not isinstance(document.value, dict):
        message = "found no keys - wanted name:, members:, business_date: and so on"
        document.problems.append(Problem(document.path, 1, message))
        return
    model = shape.validate(document, BatchModel)
    name = document.at("name")
    if isinstance(name, str) and name != document.stem:
        message = f"name is {name!r} - wanted {document.stem!r}, as the file is called"
        document.problems.append(document.problem(("name",), message))
    if isinstance(name, str) and len(name) > NAME_MOST:
        message = f"name has {len(name)} characters - wanted at most {NAME_MOST}"
        document.problems.append(document.problem(("name",), message))
    if model is not None:
        yield model.batch()


def _members(
    document: Document, datasets: Mapping[str, Dataset], taken: dict[str, str]
) -> Iterator[Problem]:
    """What is wrong between the members of a batch and the datasets; `taken` says who has whom."""
    named = texts(document, "members")
    yield from repeated(document, named, "member")
    for path, name in named:
        if name not in datasets:
            hint = did_you_mean(name, datasets) or f" - wanted one of {listed(sorted(datasets))}"
            yield document.problem(path, f"members names {name!r}, which is no dataset{hint}")
        elif taken.setdefault(name, document.stem) != document.stem:
            message = f"member {name!r} is in the batch {taken[name]} - wanted each dataset in one"
            yield document.problem(path, message)
        elif datasets[name].source.mart is not None:
            message = f"member {name!r} is a mart, which no file brings - wanted what it is made of"
            yield document.problem(path, message)
        elif _may_undo(datasets[name]):
            mode = datasets[name].load.mode
            message = (
                f"member {name!r} takes some rows ({mode}) without order_by: a day that comes late"
                " would undo a later one - wanted order_by in its load"
            )
            yield document.problem(path, message)


def _may_undo(dataset: Dataset) -> bool:
    """Whether rows of an older file replace newer ones, in files that are not the whole truth."""
    load = dataset.load
    is_some_rows = load.mode == "upsert" or (load.mode == "history" and load.deletes == "ignore")
    return is_some_rows and load.order_by is None
