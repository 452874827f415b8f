"""Which columns a declared rule names, and what a row that breaks it holds there.

Texts are as Spark casts values to strings, whoever judges the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from stagecoach.dataset import Column

# What is no name comes first: texts, comments, numbers; then names, and whether one is called.
WORD = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | --[^\n]* | /\*.*?\*/ | \d[\w.]*
      | `(?P<quoted>[^`]+)`
      | (?P<word>[A-Za-z_]\w*)(?P<called>\s*\()?""",
    re.VERBOSE | re.DOTALL,
)


def named(check: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that a condition of Spark SQL names, each once, in the order of the condition."""
    known = {column.name.lower(): column for column in columns}
    words = (
        found["quoted"] or found["word"]
        for found in WORD.finditer(check)
        if (found["quoted"] or found["word"]) and not found["called"]
    )
    return tuple(dict.fromkeys(known[word.lower()] for word in words if word.lower() in known))


def heading(columns: Sequence[Column]) -> str | None:
    """The names in one text; None when there are none."""
    return ", ".join(column.name for column in columns) or None


def shown(columns: Sequence[Column], batch: Mapping[str, pa.Array], rows: Any) -> pa.Array:
    """What `rows` (indices) hold: the value of one column, `a = 1, b = null` of several."""
    if not columns or len(rows) == 0:
        return pa.nulls(len(rows), pa.string())
    taken = pa.array(rows)
    texts = [
        [_text(value, column) for value in batch[column.name].take(taken).to_pylist()]
        for column in columns
    ]
    if len(columns) == 1:
        return pa.array(texts[0], pa.string())
    labels = [f"{column.name} = " for column in columns]
    return pa.array(
        [
            ", ".join(
                label + ("null" if text is None else text)
                for label, text in zip(labels, row, strict=True)
            )
            for row in zip(*texts, strict=True)
        ],
        pa.string(),
    )


def _text(value: Any, column: Column) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(np.float32(value) if column.kind.base == "real" else np.float64(value))
    if isinstance(value, datetime):
        text = value.replace(tzinfo=None).isoformat(" ")
        return text.rstrip("0") if "." in text else text
    return str(value)


def _number(value: np.floating[Any]) -> str:
    """As Java writes a double or a float: `90.0`, `1.0E300`."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return np.format_float_positional(value, unique=True, trim="0")
    digits, _, exponent = np.format_float_scientific(value, unique=True, trim="0").partition("e")
    return f"{digits}E{int(exponent)}"
