"""The inputs of a folder's marts: what they read of each other, and whether that fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from stagecoach.dataset import Dataset, Mart, MartInput
from stagecoach.declaration import expressions
from stagecoach.declaration.document import Document
from stagecoach.declaration.marts import query
from stagecoach.declaration.marts.keys import is_mart
from stagecoach.declaration.marts.query import Columns, Query
from stagecoach.declaration.problems import Problem, did_you_mean, listed

Known = Mapping[str, tuple[Document, Dataset]]


def with_query(document: Document, dataset: Dataset) -> Dataset:
    """The dataset with its SQL and the names of its inputs; what is wrong is noted."""
    if not is_mart(document):
        return dataset
    name = str(document.at("source", "sql"))
    path = FilePath(document.path).parent / name
    if not path.is_file() or path.parent != FilePath(document.path).parent:
        wanted = f"wanted it beside {FilePath(document.path).name}"
        message = f"source.sql names {name!r}, which is no file there - {wanted}"
        document.problems.append(document.problem(("source", "sql"), message))
        return dataset
    found = query.read(path)
    document.problems.extend(found.problems)
    partitions = document.at("source", "partitions") or {}
    inputs = tuple(MartInput(each, (), partitions.get(each)) for each in found.reads)
    mart = Mart(
        sql=found.text,
        inputs=inputs,
        partition_by=document.at("source", "partition_by"),
        checks=tuple((document.at("checks") or {}).items()),
    )
    return replace(dataset, source=replace(dataset.source, mart=mart))


def complete(known: Known, names: Collection[str]) -> tuple[dict[str, Dataset], list[Problem]]:
    """The datasets with the columns of every mart's inputs, and every mistake between them.

    `names` are those of all declarations, also of the ones that are not right.
    """
    problems: list[Problem] = []
    whole: dict[str, Dataset] = {}
    for name, (document, dataset) in known.items():
        whole[name] = dataset
        if dataset.source.mart is None:
            continue
        found = _read_again(document)
        problems += _inputs(known, names, dataset, found, document)
        if not problems and all(each.name in known for each in dataset.source.mart.inputs):
            columns = _columns(known, dataset)
            problems += _partitions(document, columns)
            problems += _checks(document, dataset, columns)
            problems += _selected(document, dataset, found, columns)
            whole[name] = _with_columns(dataset, columns)
    return whole, problems


def _read_again(document: Document) -> Query:
    return query.read(FilePath(document.path).parent / str(document.at("source", "sql")))


def _inputs(
    known: Known, names: Collection[str], dataset: Dataset, found: Query, document: Document
) -> Iterator[Problem]:
    if not found.reads:
        yield Problem(found.path, 1, "found no table - wanted a select over datasets")
    for name, line in found.reads.items():
        if name not in names:
            others = sorted(each for each in names if each != dataset.name)
            hint = did_you_mean(name, others) or f" - wanted one of {listed(others)}"
            yield Problem(found.path, line, f"table {name!r} is no dataset{hint}")
        elif name in known and known[name][1].load.mode == "history":
            message = (
                f"{name} keeps a history, which is no table of rows as they are - wanted an input "
                "of mode snapshot, upsert, append or replace"
            )
            yield Problem(found.path, line, message)
    if ring := _ring(known, dataset.name, [dataset.name]):
        message = f"{' is computed of '.join(ring)} - wanted no circle, none could be first"
        yield document.problem(("source", "sql"), message)


def _ring(known: Known, name: str, way: list[str]) -> list[str] | None:
    """A way of inputs from a mart back to itself."""
    mart = known[way[-1]][1].source.mart if way[-1] in known else None
    for further in mart.inputs if mart else ():
        if further.name == name:
            return [*way, name]
        if further.name not in way and (found := _ring(known, name, [*way, further.name])):
            return found
    return None


def _columns(known: Known, dataset: Dataset) -> dict[str, Columns]:
    assert dataset.source.mart is not None  # noqa: S101 - asked by the caller
    return {
        each.name: {column.name: column.type for column in known[each.name][1].columns}
        for each in dataset.source.mart.inputs
    }


def _with_columns(dataset: Dataset, columns: Mapping[str, Columns]) -> Dataset:
    mart = dataset.source.mart
    assert mart is not None  # noqa: S101 - asked by the caller
    inputs = tuple(
        replace(each, columns=tuple(columns[each.name].items()))
        for each in sorted(mart.inputs, key=lambda one: one.name)
    )
    return replace(dataset, source=replace(dataset.source, mart=replace(mart, inputs=inputs)))


def _partitions(document: Document, inputs: Mapping[str, Columns]) -> Iterator[Problem]:
    for name, expression in (document.at("source", "partitions") or {}).items():
        path = ("source", "partitions", name)
        if name not in inputs:
            hint = did_you_mean(name, inputs) or f" - wanted one of {listed(inputs)}"
            yield document.problem(path, f"partitions names {name!r}, which is no input{hint}")
            continue
        for mistake in expressions.mistakes(expression, list(inputs[name])):
            yield document.problem(path, f"partitions of {name}: {mistake}")


def _checks(
    document: Document, dataset: Dataset, inputs: Mapping[str, Columns]
) -> Iterator[Problem]:
    tables = {**inputs, "mart": {column.name: column.type for column in dataset.columns}}
    for name, text in (document.at("checks") or {}).items():
        if wrong := query.condition(text, tables):
            yield document.problem(("checks", name), f"check {name!r}: {wrong}")


def _selected(
    document: Document, dataset: Dataset, found: Query, inputs: Mapping[str, Columns]
) -> Iterator[Problem]:
    before = len(found.problems)
    selected = query.answers(found, inputs)
    yield from found.problems[before:]
    if selected is None:
        return
    declared = [column.name for column in dataset.columns]
    for name in dict.fromkeys(selected):
        if name not in declared:
            hint = did_you_mean(name, declared) or " - wanted it in columns: or not in the SQL"
            yield Problem(found.path, 1, f"column {name!r} is selected and not declared{hint}")
    for at, name in enumerate(declared):
        if name not in selected:
            hint = did_you_mean(name, selected) or f" - wanted one of {listed(selected)}"
            message = f"column {name!r} is declared and not selected{hint}"
            yield document.problem(("columns", at, "name"), message)
