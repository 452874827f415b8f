"""JSON in the one spelling that every target keeps: the text of PostgreSQL's `jsonb`.

`jsonb` compares documents, Redshift compares texts. A document that only came in other words (order
of keys, blanks, 1.0 for 1) must be the same to both.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

# jsonb cannot hold the character NUL, nor half of a surrogate pair.
_UNSTORABLE = re.compile(
    r"\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
# Digits of PostgreSQL's numeric, before and behind the point.
# https://www.postgresql.org/docs/current/datatype-numeric.html
WHOLE_MOST, FRACTION_MOST = 131_072, 16_383


class Number(str):
    """The digits of a number; text is another type, so that these are not quoted."""


def canonical(text: str) -> str | None:
    """One JSON value by RFC 8259 as `jsonb` writes it; None for what is none, or cannot be stored.

    NaN and Infinity are no JSON. Of a key that stands twice the last value counts.
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=_number, parse_float=_number)
        if "\\u" in text and _UNSTORABLE.search(text.replace("\\\\", "")):
            return None
        return _written(value)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _number(text: str) -> Number:
    """Plain digits without zeros that say nothing. Raises ValueError for what numeric lacks."""
    if text.isdigit() and len(text) < WHOLE_MOST:
        return Number(text)
    sign, digits, exponent = Decimal(text).as_tuple()
    said = "".join(map(str, digits)).lstrip("0")
    kept = said.rstrip("0")
    if not kept:
        return Number("0")
    point = len(said) + int(exponent)  # digits before the point
    if point > WHOLE_MOST or len(kept) - point > FRACTION_MOST:
        raise ValueError(f"a number of PostgreSQL has fewer digits than {text[:40]}")
    whole = kept[: max(point, 0)].ljust(max(point, 0), "0") or "0"
    rest = "0" * -min(point, 0) + kept[max(point, 0) :]
    return Number("-" * sign + whole + ("." + rest if rest else ""))


def _written(value: Any) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, dict):
        # jsonb orders keys by their length in bytes, then by their bytes.
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return "{" + ", ".join(f"{_text(key)}: {_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
