"""Records whose quotes are escaped, as RFC 4180 would have written them.

An escape may stand before the quote, the delimiter, itself, and within quotes before a line end.
Anywhere else it is a fault: what a vendor means by `\\t` or `\\N` must be declared (`nulls`), or
it is not known.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Csv
from stagecoach.frames.rows.faults import Faults

RULE = "an escape stands before a quote, a delimiter or itself"


def bare(lines: pa.BinaryArray, csv: Csv) -> pa.BinaryArray:
    """The lines without what is escaped, so that the quotes that are left can be counted."""
    if csv.escape is None:
        return lines
    return pc.replace_substring_regex(lines, re.escape(csv.escape) + ".", "")


def undone(texts: pa.StringArray, csv: Csv, rows: Any, faults: Faults) -> pa.StringArray:
    """Write those of `rows` anew that hold an escape; one that cannot be read is a fault."""
    if csv.escape is None:
        return texts
    escaped = pc.match_substring(texts, csv.escape).to_numpy(zero_copy_only=False) & rows
    places = np.flatnonzero(escaped)
    if len(places) == 0:
        return texts
    rewrite = _Rewrite(csv)
    found = [rewrite(text) for text in texts.take(pa.array(places)).to_pylist()]
    bad = np.array([text is None for text in found])
    faults.add(
        places[bad], None, RULE, texts.take(pa.array(places[bad])), f"{csv.escape}{csv.quote}"
    )
    return pc.replace_with_mask(texts, pa.array(escaped), pa.array([text or "" for text in found]))


class _Rewrite:
    """One record; None when an escape stands where it means nothing known."""

    def __init__(self, csv: Csv) -> None:
        self._csv = csv
        escape, quote, delimiter = (
            re.escape(str(each)) for each in (csv.escape, csv.quote, csv.delimiter)
        )
        nulls = "|".join(re.escape(token) for token in sorted(csv.nulls, key=len, reverse=True))
        self._field = re.compile(
            rf"(?:(?P<null>{nulls or '(?!)'})"
            rf"|{quote}(?P<quoted>(?:[^{escape}{quote}]|{quote}{quote}"
            rf"|{escape}[{escape}{quote}{delimiter}\n])*){quote}"
            rf"|(?P<plain>(?:[^{escape}{quote}{delimiter}\r\n]|{escape}[{escape}{quote}{delimiter}])*)"
            rf")(?P<end>{delimiter}|$(?!\n))",
        )
        self._escaped = re.compile(rf"{escape}(.)|{quote}({quote})", re.DOTALL)

    def __call__(self, text: str) -> str | None:
        fields, at = [], 0
        while found := self._field.match(text, at):
            field = self._value(found)
            if field is None:
                return None
            fields.append(field)
            at = found.end()
            if not found["end"]:
                return self._csv.delimiter.join(fields)
        return None

    def _value(self, found: re.Match[str]) -> str | None:
        """One field, quoted; None when it would be taken for a null that it is not."""
        if found["null"] is not None:
            return found["null"]
        written = found["plain"] if found["quoted"] is None else found["quoted"]
        value = self._escaped.sub(lambda pair: pair[1] or pair[2], written)
        if value in self._csv.nulls and value != written:
            return None
        quote = self._csv.quote
        return f"{quote}{value.replace(quote, quote * 2)}{quote}"
