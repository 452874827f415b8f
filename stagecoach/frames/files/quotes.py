"""Whether every quote of a block stands where RFC 4180 has it, reckoned on the bytes at once."""

from __future__ import annotations

from typing import Any

import numpy as np


def are_legal(data: bytes, quote: str, delimiter: str) -> bool:
    """Whether quotes stand around whole fields and are doubled within, and no line leaves one open.

    In a legal line the quotes open and close by turns, a doubled one being a close and an open. So
    what opens follows a delimiter, a line's beginning or a quote, and what closes precedes a
    delimiter, a line's end or a quote. `quote` and `delimiter` are ASCII, lines end with LF.
    """
    letters = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(letters == ord(quote))
    if len(places) % 2 or not _even_by_line(letters, places):
        return False
    borders = np.frombuffer(f"{quote}{delimiter}\n".encode(), np.uint8)
    opens, closes = places[::2], places[1::2]
    before = letters[opens[opens > 0] - 1]
    behind = letters[closes[closes < len(letters) - 1] + 1]
    return bool(_all_in(before, borders) and _all_in(behind, borders))


def _even_by_line(letters: Any, places: Any) -> bool:
    ends = np.flatnonzero(letters == ord("\n"))
    return not np.any(np.searchsorted(places, ends) % 2)


def _all_in(found: Any, borders: Any) -> bool:
    sound = found == borders[0]
    for border in borders[1:]:
        sound |= found == border
    return bool(sound.all())
