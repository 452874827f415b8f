"""From the bytes of lines to text that a database takes: encoding and NUL, checked per line."""

from __future__ import annotations

import codecs
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.frames.rows.faults import Faults

LARGEST_RAW = 10_000


def joined(lines: pa.Array) -> pa.Buffer:
    """The lines as one buffer, a line feed between each and the next."""
    whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
    return pc.binary_join(whole, pa.scalar(b"\n", lines.type))[0].as_buffer()


def plain_text(data: bytes, encoding: str) -> bytes | None:
    """Lines as UTF-8, if all of them are text; None when one of them is not, or holds a NUL."""
    if b"\0" in data:
        return None
    if data.isascii():
        return data  # every encoding whose lines are found by byte has ASCII in it
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return data if codecs.lookup(encoding).name == "utf-8" else text.encode()


def decode(lines: pa.BinaryArray, encoding: str, faults: Faults) -> pa.StringArray:
    """The lines as text. A line that is not in `encoding`, or holds a NUL, becomes a fault.

    Such a line's text shows the offending bytes as `\\xe9`, so that no text ever holds the
    replacement character that nobody wrote.
    """
    try:
        texts = _decode_whole(lines, encoding)
    except (UnicodeDecodeError, pa.ArrowInvalid):
        texts = _decode_each(lines, encoding, faults)
    data = texts.buffers()[2]
    if data is not None and b"\0" in data.to_pybytes():
        has_nul = pc.fill_null(pc.match_substring(texts, "\0"), False)
        rows = np.flatnonzero(has_nul.to_numpy(zero_copy_only=False))
        place = pc.find_substring(texts.take(pa.array(rows)), "\0").cast(pa.string())
        found = pc.binary_join_element_wise("NUL at byte ", place, "")
        faults.add(rows, None, "the line holds no NUL bytes", found, "text")
        texts = pc.replace_substring(texts, "\0", "\\x00")
    return texts


def _decode_whole(lines: pa.BinaryArray, encoding: str) -> pa.StringArray:
    if codecs.lookup(encoding).name == "utf-8":
        return pc.cast(lines, pa.string())
    if len(lines) == 0:
        return pa.array([], pa.string())
    text = joined(lines).to_pybytes().decode(encoding)
    return pa.array(text.split("\n"), pa.string())


def _decode_each(lines: pa.BinaryArray, encoding: str, faults: Faults) -> pa.StringArray:
    # Only for a batch that is known to hold a bad line: Arrow cannot say which.
    texts, rows, found = [], [], []
    for row, line in enumerate(lines.to_pylist()):
        try:
            texts.append(line.decode(encoding))
        except UnicodeDecodeError as error:
            texts.append(line.decode(encoding, errors="backslashreplace"))
            rows.append(row)
            found.append(f"byte 0x{line[error.start]:02X} at byte {error.start} of the line")
    wanted = f"text in {encoding}"
    faults.add(rows, None, f"the line is {encoding}", pa.array(found, pa.string()), wanted)
    return pa.array(texts, pa.string())


def shortened(texts: pa.StringArray) -> pa.StringArray:
    """Raw text as it is kept: at most 10,000 characters of a line."""
    longest: Any = pc.max(pc.binary_length(texts)).as_py()
    if longest is None or longest <= LARGEST_RAW:
        return texts
    return pc.utf8_slice_codeunits(texts, 0, LARGEST_RAW)
