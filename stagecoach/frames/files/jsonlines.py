"""JSON lines taken apart: one object per line, its values as the text that stood in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from stagecoach.frames.rows.faults import Faults
from stagecoach.frames.rows.jsontext import Number

NO_TEXT = re.compile("[\0\ud800-\udfff]")


class NotAnObject(ValueError):
    """The line is JSON, but not a usable object."""


@dataclass(frozen=True)
class Form:
    """What a record is called (`line`, `record`), its keys, and whether it may have others."""

    name: str
    keys: tuple[str, ...]
    strict: bool


def split(
    texts: pa.StringArray, form: Form, rows: Any, faults: Faults
) -> tuple[Any, list[pa.StringArray]]:
    """Take apart those records for which `rows` is true: as `delimited.split`, a column per key.

    JSON has no columnar reader that keeps numbers as written, so each record is parsed once, in C.
    """
    names, known = form.keys, set(form.keys)
    sound = rows & ~faults.broken()
    values, bad, found = [], [], []
    for row in np.flatnonzero(sound):
        try:
            text = texts[int(row)].as_py()
            record = _record(text)
            stray = sorted(record.keys() - known) if form.strict else []
            if stray:
                raise NotAnObject(f"the undeclared key {stray[0]!r}")
            texts_ = [text_of(record.get(name)) for name in names]
            if "\\u" in text:
                _check_texts(names, texts_)
        except (ValueError, RecursionError) as error:
            bad.append(row)
            found.append(str(error))
        else:
            values.append(texts_)
    faults.add(
        bad,
        None,
        f"the {form.name} is a JSON object of declared keys",
        pa.array(found, pa.string()),
        "one JSON object",
    )
    sound[np.array(bad, dtype=np.int64)] = False
    columns = zip(*values, strict=True) if values else ([] for _ in names)
    return sound, [pa.array(column, pa.string()) for column in columns]


def _check_texts(names: Sequence[str], values: Sequence[str | None]) -> None:
    """Raises NotAnObject for what JSON can escape and no database takes: NUL, half a pair."""
    for name, value in zip(names, values, strict=True):
        if value and (strange := NO_TEXT.search(value)):
            raise NotAnObject(f"{name!r} with \\u{ord(strange[0]):04x}, which is no text")


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
