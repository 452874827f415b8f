"""What Redshift asks of a declaration, beyond what PostgreSQL does.

The limits are those of its Database Developer Guide: usage notes of CREATE TABLE, character types,
numeric types, limitations of SUPER. Names are quoted wherever they stand, so none is reserved
except those of system columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from stagecoach.dataset import REDSHIFT_BYTES_MOST, UTF8_MOST, Type
from stagecoach.declaration import types
from stagecoach.declaration.document import Document
from stagecoach.declaration.named import columns, known, repeated, texts
from stagecoach.declaration.problems import Path, Problem
from stagecoach.drift import RESERVED, RESERVED_IN_REDSHIFT

TARGET: Path = ("targets", "redshift")
SORT_COLUMNS_MOST = 400
SCALE_MOST = 37
STYLES = (None, "auto", "even", "all", "key")
SIZED = ("varchar", "text")


def check(document: Document) -> Iterator[Problem]:
    """Every mistake that concerns the target, and `bytes` where there is none."""
    target = isinstance(document.at(*TARGET), dict)
    for at, column in columns(document):
        kind = _kind(column.get("type"))
        if kind is not None:
            yield from _bytes(document, at, kind, target)
            if target:
                yield from _fits(document, at, kind)
    if target:
        yield from _keys(document)


def _kind(type_text: object) -> Type | None:
    try:
        return Type.parse(types.column_type(str(type_text)))
    except ValueError:
        return None


def _bytes(document: Document, at: int, kind: Type, target: bool) -> Iterator[Problem]:
    name, size = (document.at("columns", at, key) for key in ("name", "bytes"))
    if not isinstance(size, int) or not 1 <= size <= REDSHIFT_BYTES_MOST:
        return
    path: Path = ("columns", at, "bytes")
    if kind.base not in SIZED:
        message = f"column {name!r} is {kind.text} - wanted bytes only with varchar(n) and text"
        yield document.problem(path, message)
    elif not target:
        message = f"column {name!r} has bytes - wanted them only with targets.redshift"
        yield document.problem(path, message)
    elif kind.args and not kind.args[0] <= size <= UTF8_MOST * kind.args[0]:
        least, most = kind.args[0], min(UTF8_MOST * kind.args[0], REDSHIFT_BYTES_MOST)
        message = f"column {name!r} is {kind.text} - wanted bytes from {least} to {most}"
        if least <= most:  # `_fits` speaks of wider ones
            yield document.problem(path, message)


def _fits(document: Document, at: int, kind: Type) -> Iterator[Problem]:
    name, path = document.at("columns", at, "name"), ("columns", at, "type")
    if kind.base == "varchar" and kind.args[0] > REDSHIFT_BYTES_MOST:
        message = (
            f"column {name!r} is {kind.text} - wanted at most varchar({REDSHIFT_BYTES_MOST}): "
            f"Redshift has room for {REDSHIFT_BYTES_MOST} bytes"
        )
        yield document.problem(path, message)
    if kind.base == "numeric" and kind.size[1] > SCALE_MOST:
        message = f"column {name!r} is {kind.text} - Redshift takes a scale of {SCALE_MOST} at most"
        yield document.problem(path, message)
    if name in RESERVED_IN_REDSHIFT - RESERVED:
        message = f"column {name!r} is one that Redshift keeps - wanted another name"
        yield document.problem(("columns", at, "name"), message)


def _keys(document: Document) -> Iterator[Problem]:
    sortkey = texts(document, *TARGET, "sortkey")
    style, distkey = (document.at(*TARGET, key) for key in ("diststyle", "distkey"))
    named: list[tuple[Path, str]] = [*sortkey]
    if isinstance(distkey, str):
        named.append(((*TARGET, "distkey"), distkey))
    by_name = {column["name"]: _kind(column.get("type")) for _, column in columns(document)}
    for path, name in named:
        yield from known(document, path, name)
        kind = by_name.get(name)
        if kind is not None and kind.base == "json":
            message = f"column {name!r} is json - wanted a type that Redshift can sort and hash"
            yield document.problem(path, message)
    yield from repeated(document, sortkey, "sort column")
    if len(sortkey) > SORT_COLUMNS_MOST:
        message = f"found {len(sortkey)} sort columns - wanted at most {SORT_COLUMNS_MOST}"
        yield document.problem((*TARGET, "sortkey"), message)
    if style in STYLES and (style == "key") != (distkey is not None):
        message = "diststyle key and distkey - wanted both or neither"
        yield document.problem((*TARGET, "distkey" if distkey else "diststyle"), message)
