"""All declarations of a folder, and what they must not share: prefixes and tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path as FilePath

from stagecoach.current.tables import SUFFIX
from stagecoach.dataset import Dataset
from stagecoach.declaration import lookups, meaning, normal, shape
from stagecoach.declaration.document import Document, read
from stagecoach.declaration.marts import between
from stagecoach.declaration.model import DatasetModel
from stagecoach.declaration.problems import DeclarationErrors, Path, Problem

Known = dict[str, tuple[Document, Dataset]]


def load(path: FilePath) -> Dataset:
    """Read and check one declaration. Raises DeclarationErrors with every mistake in it."""
    document, dataset = _read(path)
    if dataset is None:
        raise DeclarationErrors(document.problems)
    return dataset


def load_all(folder: FilePath) -> dict[str, Dataset]:
    """Read and check every declaration of a folder, by name.

    Raises DeclarationErrors with every mistake in any of them, and when there is none to read.
    """
    problems = [
        Problem(str(path), 0, f"found the extension .yml - wanted {path.stem}.yaml")
        for path in sorted(folder.glob("*.yml"))
    ]
    paths = sorted(folder.glob("*.yaml"))
    if not paths and not problems:
        what = "found no *.yaml" if folder.is_dir() else "found no such folder"
        raise DeclarationErrors(
            [
                Problem(
                    str(folder), 0, f"{what} - wanted at least one dataset, see datasets/README.md"
                )
            ]
        )
    known: Known = {}
    for path in paths:
        document, dataset = _read(path)
        problems.extend(document.problems)
        if dataset is not None:
            known[dataset.name] = (document, dataset)
    problems.extend(_shared_tables(known))
    problems.extend(_shared_prefixes(known))
    problems.extend(_shared_catalogue_names(known))
    problems.extend(lookups.check(known))
    datasets, wrong = between.complete(known, {path.stem for path in paths})
    problems.extend(wrong)
    if problems:
        raise DeclarationErrors(problems)
    return datasets


def _read(path: FilePath) -> tuple[Document, Dataset | None]:
    """One document with its problems, and the dataset when there are none."""
    if not path.is_file():
        return Document(str(path), problems=[Problem(str(path), 0, "found no such file")]), None
    document = read(path)
    if document.problems and document.value is None:
        return document, None
    if not isinstance(document.value, dict):
        what = "nothing" if document.value is None else "no keys"
        document.problems.append(
            Problem(str(path), 1, f"found {what} - wanted name:, columns:, load: and so on")
        )
        return document, None
    model = shape.validate(document, DatasetModel)
    document.problems.extend(meaning.check(document))
    if model is None or document.problems:
        return document, None
    dataset = between.with_query(document, normal.dataset(model))
    return document, None if document.problems else dataset


def _shared_tables(known: Known) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    for name, (document, dataset) in known.items():
        for target, place in (("postgres", dataset.postgres), ("redshift", dataset.redshift)):
            if place is None:
                continue
            table = (target, place.schema, place.table)
            if table in seen:
                what = f"{place.schema}.{place.table} belongs to {seen[table]} already"
                path: Path = ("targets", target, "table")
                yield document.problem(path, f"table {what} - wanted another")
            seen.setdefault(table, name)


def _shared_prefixes(known: Known) -> Iterator[Problem]:
    by_prefix = sorted((dataset.source.prefix, name) for name, (_, dataset) in known.items())
    for (prefix, name), (longer, other) in combinations(by_prefix, 2):
        document, dataset = known[other]
        if longer == prefix and (sheets := _sheets(known[name][1], dataset)):
            if sheets[0] == sheets[1]:
                what = f"sheet {sheets[1]!r} of the workbooks below {prefix!r} belongs to {name}"
                message = f"{what} already - wanted another sheet, or another prefix"
                yield document.problem(("source", "xlsx", "sheet"), message)
        elif longer.startswith(prefix):
            message = (
                f"prefix {longer!r} begins like {prefix!r} of {name} - wanted one dataset for "
                "every key, unless each declares its own xlsx: {sheet: ..} of one workbook"
            )
            yield document.problem(("source", "prefix"), message)


def _shared_catalogue_names(known: Known) -> Iterator[Problem]:
    for name, (document, _) in known.items():
        other = name.removesuffix(SUFFIX)
        if other != name and other in known:
            message = f"{name!r} is what the catalogue calls the live rows of {other}"
            yield document.problem(("name",), f"name {message} - wanted another")


def _sheets(one: Dataset, other: Dataset) -> tuple[str, str] | None:
    """The sheets that two datasets declare; None where one of them is no sheet of a workbook."""
    if one.source.format != "xlsx" or other.source.format != "xlsx":
        return None
    sheets = one.source.xlsx.sheet, other.source.xlsx.sheet
    return (sheets[0], sheets[1]) if sheets[0] and sheets[1] else None
