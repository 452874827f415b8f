"""What the look-ups of a folder's datasets ask of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stagecoach.dataset import Column, Dataset, Type
from stagecoach.declaration.document import Document
from stagecoach.declaration.problems import Path, Problem, did_you_mean, listed

WHOLE = ("smallint", "integer", "bigint")
TEXTS = ("varchar", "text")
Known = Mapping[str, tuple[Document, Dataset]]


def check(known: Known) -> Iterator[Problem]:
    """Every mistake between a look-up and the dataset that it names."""
    for document, dataset in known.values():
        for at, column in enumerate(dataset.columns):
            if column.lookup is None:
                continue
            path: Path = ("columns", at, "lookup")
            for key, message in _mistakes(known, dataset, column):
                yield document.problem((*path, key), f"column {column.name!r}: {message}")


def _mistakes(known: Known, dataset: Dataset, column: Column) -> Iterator[tuple[str, str]]:
    """The key that is wrong, and what is wrong with it."""
    lookup = column.lookup
    assert lookup is not None  # noqa: S101 - asked by the caller
    if lookup.dataset not in known:
        others = sorted(name for name in known if name != dataset.name)
        hint = did_you_mean(lookup.dataset, others) or f" - wanted one of {listed(others)}"
        yield "dataset", f"{lookup.dataset!r} is no dataset that is right{hint}"
        return
    other = known[lookup.dataset][1]
    if ring := _ring(known, dataset.name, [lookup.dataset]):
        yield "dataset", f"{' needs '.join(ring)} - wanted no circle, none could be first"
    if len(other.key) != 1:
        keys = f"the key {listed(other.key)}" if other.key else "no key"
        yield "dataset", f"{other.name} has {keys} - wanted a dataset with a key of one column"
        return
    if other.source.mart and other.source.mart.partition_by:
        message = f"{other.name} is a mart in parts, which keep files of older builds"
        yield "dataset", f"{message} - wanted a mart without partition_by"
    if other.load.deletes == "close":
        wanted = "wanted a dataset whose files say which rows there are now"
        yield "dataset", f"{other.name} is a history in which keys end - {wanted}"
    if other.source.mart and other.source.mart.partition_by:
        wanted = "wanted a mart that is computed whole, or a dataset of files"
        yield "dataset", f"{other.name} is a mart with partition_by - {wanted}"
        return
    by, key = _column(dataset, lookup.by), _column(other, other.key[0])
    if by and key and not _comparable(by.kind, key.kind):
        yield "by", f"{by.name} is {by.type}, {other.name}.{key.name} is {key.type} - wanted one"
    taken = _column(other, lookup.take)
    if taken is None:
        names = [each.name for each in other.columns]
        hint = did_you_mean(lookup.take, names) or f" - wanted one of {listed(names)}"
        yield "take", f"take names {lookup.take!r}, which is no column of {other.name}{hint}"
    elif not _fits(taken.kind, column.kind):
        what = f"{other.name}.{taken.name} is {taken.type}, which does not fit {column.type}"
        yield "take", f"{what} - wanted a column as wide"


def _ring(known: Known, name: str, way: list[str]) -> list[str] | None:
    """A way from a dataset back to itself, by look-ups and the inputs of marts."""
    if way[-1] == name:
        return [name, *way]
    for further in _needs(known, way[-1]):
        found = None if further in way else _ring(known, name, [*way, further])
        if found:
            return found
    return None


def _needs(known: Known, name: str) -> tuple[str, ...]:
    if name not in known:
        return ()
    dataset = known[name][1]
    mart = dataset.source.mart
    return (*dataset.lookups, *(each.name for each in (mart.inputs if mart else ())))


def _column(dataset: Dataset, name: str) -> Column | None:
    return next((column for column in dataset.columns if column.name == name), None)


def _comparable(one: Type, other: Type) -> bool:
    alike = any({one.base, other.base} <= set(bases) for bases in (WHOLE, TEXTS))
    return alike or (one.base, one.size) == (other.base, other.size)


def _fits(value: Type, column: Type) -> bool:
    """Whether every value of one type is one of the other."""
    if column.base == "text" and value.base in TEXTS:
        return True
    if value.base == column.base == "varchar":
        return value.args[0] <= column.args[0]
    if value.base in WHOLE and column.base in WHOLE:
        return WHOLE.index(value.base) <= WHOLE.index(column.base)
    if value.base == column.base == "numeric":
        whole, scale = value.size[0] - value.size[1], value.size[1]
        return scale <= column.size[1] and whole <= column.size[0] - column.size[1]
    return value.base == column.base
