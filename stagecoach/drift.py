"""How the columns of one file may differ from the declaration, and what that makes of it.

Columns are taken by name, in whatever order. Under `drift: evolve` a file may bring columns that
are not declared, which become text columns of the table, and lack columns that nothing needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches

from stagecoach.dataset import Column, Dataset
from stagecoach.errors import FileRefused

NAME_MOST = 63  # bytes of a name in PostgreSQL
SPELT = re.compile(r"[a-z][a-z0-9 ._/-]*")
QUOTED_TEXT = re.compile(r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*\"""")
# Columns that every table of PostgreSQL has, and those that a history adds.
RESERVED = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
RESERVED_IN_REDSHIFT = RESERVED | {"oid", "insertxid", "deletexid"}
OF_A_HISTORY = frozenset({"valid_from", "valid_to", "is_current"})
ALIKE = 0.6  # from here on two names may be an old and a new one


@dataclass(frozen=True)
class Drift:
    """What a header came to. `dataset` is the declaration as this file has it: without the
    columns that it lacks, with those that it adds.
    """

    dataset: Dataset
    extras: tuple[Column, ...] = ()
    missing: tuple[str, ...] = ()
    reordered: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> list[dict[str, str]]:
        """What the table may not have yet: name, and the name in the file."""
        return [{"name": each.name, "found": str(each.source)} for each in self.extras]

    @property
    def told(self) -> list[dict[str, str]]:
        """The rows of the drift report: column, change, detail."""
        extras = [(each.name, "undeclared", f"the file has it as {each.source!r}")
                  for each in self.extras]  # fmt: skip
        lacks = [(name, "missing", "the file lacks it") for name in self.missing]
        moved = [(name, "reordered", detail) for name, detail in self.reordered]
        keys = ("column", "change", "detail")
        return [dict(zip(keys, row, strict=True)) for row in (*lacks, *extras, *moved)]


def drift(dataset: Dataset, header: Sequence[str]) -> Drift:
    """Judge a header. Under `drift: strict` it must have the declared columns and no others.

    Raises FileRefused: what is wrong with which column, what was wanted, what to do.
    """
    columns = {str(column.source): column for column in dataset.file_columns}
    if dataset.drift == "strict":
        return Drift(dataset, reordered=_reordered(columns, header))
    _check_names(header)
    missing = [column for source, column in columns.items() if source not in header]
    stray = [name for name in header if name not in columns]
    for column in missing:
        _refuse_rename(column, stray)
        for need in _needs(dataset, column):
            raise FileRefused(
                f"the file lacks {str(column.source)!r}, {need} - wanted it; "
                "have the sender bring it"
            )
    extras = _extras(dataset, stray)
    kept = [column for column in dataset.columns if column not in missing]
    return Drift(
        replace(dataset, columns=(*kept, *extras)),
        extras,
        tuple(column.name for column in missing),
        _reordered(columns, header),
    )


def _check_names(header: Sequence[str]) -> None:
    """Raises FileRefused for a column without a name and for a name that is there twice."""
    for place, name in enumerate(header, start=1):
        if not name.strip():
            raise FileRefused(
                f"column {place} of the header has no name - wanted a name for every column"
            )
    twice = [name for name, count in Counter(header).items() if count > 1]
    if twice:
        raise FileRefused(f"the header has {twice[0]!r} more than once - wanted each name once")


def column_name(found: str) -> str:
    """The name that an undeclared column gets: lower case, without accents, `_` between words.

    Raises FileRefused for a name that is more than letters, digits, spaces and `. _ - /`.
    """
    plain = unicodedata.normalize("NFKD", found.strip().lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    name = re.sub(r"[ ._/-]+", "_", plain).rstrip("_")
    if not SPELT.fullmatch(plain) or len(name) > NAME_MOST:
        raise FileRefused(
            f"the undeclared column {found[:60]!r} cannot name a column - wanted a letter, then "
            f"letters, digits, spaces and . _ - /, at most {NAME_MOST}; declare it with from:"
        )
    return name


def _extras(dataset: Dataset, stray: list[str]) -> tuple[Column, ...]:
    taken = {column.name: f"the column {column.name}" for column in dataset.columns}
    taken |= dict.fromkeys(RESERVED, "a column that PostgreSQL keeps")
    if dataset.redshift is not None:
        taken |= dict.fromkeys(RESERVED_IN_REDSHIFT - RESERVED, "a column that Redshift keeps")
    if dataset.load.mode == "history":
        taken |= dict.fromkeys(OF_A_HISTORY, "a column that the history keeps")
    for column in dataset.file_columns:
        taken |= {_plain(str(column.source)): f"the declared {column.source!r}"}
    extras = []
    for found in stray:
        name = column_name(found)
        if name in taken:
            raise FileRefused(
                f"the undeclared column {found[:60]!r} would be {taken[name]} - wanted another "
                "name; declare it with from:, or have the sender rename it"
            )
        taken[name] = f"the column of {found[:60]!r}"
        extras.append(Column(name, "text", found, nullable=True))
    return tuple(extras)


def _plain(name: str) -> str:
    try:
        return column_name(name)
    except FileRefused:
        return name


def _refuse_rename(column: Column, stray: list[str]) -> None:
    source = str(column.source)
    close = get_close_matches(source.lower(), [name.lower() for name in stray], 1, ALIKE)
    if close:
        found = next(name for name in stray if name.lower() == close[0])
        raise FileRefused(
            f"the file lacks {source!r} and has {found[:60]!r} - if that is its new name, "
            f"declare it as from: {found[:60]!r}; if it is another column, declare it too"
        )


def _needs(dataset: Dataset, column: Column) -> Iterator[str]:
    """Why a file may not lack a column."""
    if column.name in dataset.key:
        yield "which is in the key"
    if not column.nullable:
        yield "which may not be null"
    if column.name in (dataset.load.order_by, dataset.load.deleted_when):
        yield "which says what a row means (order_by or deleted_when)"
    if dataset.load.mode == "replace":
        yield "and mode replace would lose all of its values"
    for derived in dataset.derived_columns:
        if derived.coded == column.name or _mentions(derived.derive or "", column.name):
            yield f"from which {derived.name!r} is derived"
    for rule in dataset.rules:
        if _mentions(rule.check, column.name):
            yield f"which the rule {rule.name!r} needs"


def _mentions(expression: str, name: str) -> bool:
    """Whether Spark SQL may name a column; names count without regard to case, as in Spark."""
    words = re.findall(r"\w+", QUOTED_TEXT.sub(" ", expression).lower())
    return name.lower() in words


def _reordered(columns: dict[str, Column], header: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The declared columns that moved, with where they stand now."""
    wanted = [source for source in columns if source in header]
    found = [name for name in header if name in columns]
    matched = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    stayed = {wanted[at] for block in matched for at in range(block.a, block.a + block.size)}
    return tuple(
        (columns[name].name, f"field {header.index(name) + 1} of the file")
        for name in wanted
        if name not in stayed
    )
