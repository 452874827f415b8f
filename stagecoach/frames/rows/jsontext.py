"""Whether a text is JSON that PostgreSQL's `jsonb` takes."""

from __future__ import annotations

import json
import re
from typing import NoReturn

# jsonb cannot hold the character NUL, nor half of a surrogate pair.
_UNSTORABLE = re.compile(
    r"\\u0000|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def is_json(text: str) -> bool:
    """Whether `text` is one JSON value by RFC 8259 and can be stored; NaN and Infinity are not."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return "\\u" not in text or _UNSTORABLE.search(text.replace("\\\\", "")) is None
