"""Where the business date stands in a key: `_{yyyy}{MM}{dd}.`"""

from __future__ import annotations

import re

from stagecoach.declaration.problems import did_you_mean, listed

DIGITS = {"yyyy": 4, "MM": 2, "dd": 2}
PLACE = re.compile(r"\{([^{}]*)\}")
EXAMPLE = '"_{yyyy}{MM}{dd}."'
SPECIAL = re.compile(r"([][\\.^$*+?(){}|])")  # to PostgreSQL's regular expressions


def pattern(text: str) -> str:
    """Check a pattern. Raises ValueError."""
    found = PLACE.findall(text)
    for part in found:
        if part not in DIGITS:
            hint = did_you_mean(part, DIGITS) or f" - wanted {_parts()}"
            raise ValueError(f"found {{{part}}} in {text!r}{hint}")
    for part in DIGITS:
        if found.count(part) != 1:
            times = "no" if not found.count(part) else f"{found.count(part)} times"
            raise ValueError(f"found {times} {{{part}}} in {text!r} - wanted {_parts()} once each")
    if re.search(r"[{}\s]", PLACE.sub("", text)):
        raise ValueError(f"found {text!r} - wanted a part of a key, such as {EXAMPLE}")
    return text


def parts(text: str) -> list[str]:
    """The parts of a date in the order of a pattern, as in [yyyy, MM, dd]."""
    return PLACE.findall(text)


def expression(text: str) -> str:
    """A pattern as a regular expression of PostgreSQL, a group for each part of the date.

    A date does not begin or end within a longer number.
    """
    pieces = PLACE.split(text)
    written = [
        f"([0-9]{{{DIGITS[piece]}}})" if at % 2 else SPECIAL.sub(r"\\\1", piece)
        for at, piece in enumerate(pieces)
    ]
    before = "(?<![0-9])" if not pieces[0] else ""
    after = "(?![0-9])" if not pieces[-1] else ""
    return before + "".join(written) + after


def _parts() -> str:
    return listed(f"{{{part}}}" for part in DIGITS)
