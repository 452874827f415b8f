"""Typed values as text: a number by the fewest digits that are it, a moment as ISO 8601 in UTC."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.errors import FileRefused
from stagecoach.frames.files.natives import without_nan
from stagecoach.frames.rows.casting import holds
from stagecoach.frames.rows.faults import Faults


def texts(values: pa.Array, name: str, faults: Faults) -> pa.StringArray:
    """One text for each value, null for null and for NaN; what is no text is a fault of its row.

    `1.0` is written `1`, so that a code is the same whether it came as an integer or as a double.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return texts(values.cast(kind.value_type), name, faults)
    if pa.types.is_null(kind):
        return pa.nulls(len(values), pa.string())
    if pa.types.is_nested(kind):
        return pa.array([_json(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_floating(kind):
        return _plain(without_nan(_wide(values)).cast(pa.string()))
    if pa.types.is_decimal(kind):
        return _plain(values.cast(pa.string()))
    if pa.types.is_timestamp(kind):
        return _moments(values)
    if pa.types.is_time(kind):
        return _trimmed(values.cast(pa.string()))
    if _is_text(kind):
        return _decoded(values, name, faults)
    try:
        return values.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise FileRefused(
            f"the column {name} is of Parquet's type {kind}, which has no text here - "
            "have it sent as a number, a text or a moment"
        ) from None


def _wide(values: pa.Array) -> pa.Array:
    return values.cast(pa.float32()) if pa.types.is_float16(values.type) else values


def _is_text(kind: pa.DataType) -> bool:
    texts_ = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return bool(texts_ or binary or pa.types.is_fixed_size_binary(kind))


def _decoded(values: pa.Array, name: str, faults: Faults) -> pa.StringArray:
    """Text that a database takes; what is none is shown with its bytes as `\\xe9`, at fault."""
    plain = values.cast(pa.binary())
    try:
        found = pc.cast(plain, pa.string())
    except pa.ArrowInvalid:
        found = _decode_each(plain, name, faults)
    data = found.buffers()[2]
    if data is not None and holds(found, b"\0"):
        has_nul = pc.fill_null(pc.match_substring(found, "\0"), False)
        rows = np.flatnonzero(has_nul.to_numpy(zero_copy_only=False))
        found = pc.replace_substring(found, "\0", "\\x00")
        rule = f"{name} holds no NUL bytes"
        faults.add(rows, name, rule, found.take(pa.array(rows)), "text")
    return found


def _decode_each(values: pa.BinaryArray, name: str, faults: Faults) -> pa.StringArray:
    # Parquet's writers are trusted with UTF-8; only for a batch that one of them let down.
    found, rows = [], []
    for row, value in enumerate(values.to_pylist()):
        text = None if value is None else value.decode(errors="backslashreplace")
        if text is not None and text.encode() != value:
            rows.append(row)
        found.append(text)
    shown = pa.array(found, pa.string())
    faults.add(rows, name, f"{name} is UTF-8", shown.take(pa.array(rows, pa.int64())), "text")
    return shown


def _plain(numbers: pa.StringArray) -> pa.StringArray:
    """Numbers without an exponent, however large or small."""
    if not holds(numbers, b"e", b"E"):
        return numbers
    long = pc.fill_null(pc.match_substring_regex(numbers, "[eE][-+]?[0-9]"), False)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    written = [format(Decimal(text), "f") for text in numbers.take(pa.array(rows)).to_pylist()]
    return pc.replace_with_mask(numbers, long, pa.array(written, pa.string()))


def _moments(values: pa.Array) -> pa.StringArray:
    """In UTC, with as many digits of a second as there are."""
    naive = values.cast(pa.int64()).cast(pa.timestamp(values.type.unit))
    return _trimmed(naive.cast(pa.string()))


def _trimmed(moments: pa.StringArray) -> pa.StringArray:
    """Without the zeros that end a fraction of a second."""
    short = pc.replace_substring_regex(moments, r"(\.[0-9]*[1-9])0+$", r"\1")
    return pc.replace_substring_regex(short, r"\.0+$", "")


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
