"""JSON lines taken apart: one object per line, its values as the text that stood in the file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from stagecoach.frames.batches import Field
from stagecoach.frames.faults import Faults


class Number(str):
    """A number as it was written: `1.10` stays `1.10`."""


class NotAnObject(ValueError):
    """The line is JSON, but not a usable object."""


def split(
    texts: pa.StringArray, fields: tuple[Field, ...], strict_keys: bool, rows: Any, faults: Faults
) -> tuple[Any, list[pa.StringArray]]:
    """Take apart those lines for which `rows` is true: as `delimited.split`, one column per field.

    JSON has no columnar reader that keeps numbers as written, so each line is parsed once, in C.
    """
    names = [field.column.source or field.column.name for field in fields]
    known = set(names)
    sound = rows & ~faults.broken()
    values, bad, found = [], [], []
    for row in np.flatnonzero(sound):
        try:
            record = _record(texts[int(row)].as_py())
            stray = sorted(record.keys() - known) if strict_keys else []
            if stray:
                raise NotAnObject(f"the undeclared key {stray[0]!r}")
        except (ValueError, RecursionError) as error:
            bad.append(row)
            found.append(str(error))
        else:
            values.append([text_of(record.get(name)) for name in names])
    faults.add(
        bad,
        None,
        "the line is a JSON object of declared keys",
        pa.array(found, pa.string()),
        "one JSON object",
    )
    sound[np.array(bad, dtype=np.int64)] = False
    columns = zip(*values, strict=True) if values else ([] for _ in names)
    return sound, [pa.array(column, pa.string()) for column in columns]


def _record(text: str) -> dict[str, Any]:
    record = json.loads(
        text,
        parse_int=Number,
        parse_float=Number,
        parse_constant=_refuse,
        object_pairs_hook=_object,
    )
    if not isinstance(record, dict):
        raise NotAnObject("JSON that is not an object")
    return record


def _refuse(constant: str) -> None:
    raise NotAnObject(f"{constant}, which JSON does not have")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise NotAnObject("the same key twice")
    return record


def text_of(value: Any) -> str | None:
    """A value as text: null as None, text and numbers as written, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value
    return _json(value)


def _json(value: Any) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)}: {_json(item)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
