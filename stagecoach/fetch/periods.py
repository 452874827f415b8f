"""Addresses with a date in them: which file a day means, and which files a range means."""

from __future__ import annotations

import re
from datetime import date, timedelta

from stagecoach.errors import DeclarationError

PLACES = ("year", "month", "day")
PLACE = re.compile(r"\{([^{}]*)\}")
BEHIND = re.compile(r"^(\d+) (day|month|year)s?$")
MOST = 1_000  # files that one command asks for


def resolve(url: str, day: date) -> str:
    """The address of the day's file: `{year}`, `{month}` and `{day}` are numbers of fixed width."""
    return url.format(year=f"{day.year:04}", month=f"{day.month:02}", day=f"{day.day:02}")


def step_of(url: str) -> str | None:
    """How often the address changes: day, month, year; None when it never does."""
    named = PLACE.findall(url)
    return next((place for place in reversed(PLACES) if place in named), None)


def before(day: date, behind: str) -> date:
    """The day that lies `2 months` or `1 day` before; the 1st when it is about months or years."""
    found = BEHIND.match(behind)
    if found is None:
        raise DeclarationError(f"found {behind!r} - wanted 0 days, 1 day, 2 months or 1 year")
    number, unit = int(found[1]), found[2]
    if unit == "day":
        return day - timedelta(days=number)
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    return date(months // 12, months % 12 + 1, 1)


def read(text: str) -> date:
    """A day, a month or a year: its first day. Raises DeclarationError on anything else."""
    parts = text.split("-")
    try:
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
            raise ValueError
        return date(*(int(part) for part in (*parts, "1", "1")[:3]))
    except ValueError:
        raise DeclarationError(
            f"found {text!r} - wanted a day (2023-01-31), a month (2023-01) or a year"
        ) from None


def periods(url: str, first: date, last: date) -> list[date]:
    """One day for each file that the address has between two days, both included.

    Raises DeclarationError for an address without a date, and for more than a thousand files.
    """
    step = step_of(url)
    if step is None:
        raise DeclarationError(
            f"{url} is the same every day, so there is no range of it - name {{year}}, {{month}} "
            "or {day} in source.fetch.url"
        )
    found: list[date] = []
    day = first
    while day <= last:
        if len(found) == MOST:
            raise DeclarationError(
                f"the range has more than {MOST:,} files - ask for fewer at a time"
            )
        found.append(day)
        day = _next(day, step)
    return found


def _next(day: date, step: str) -> date:
    if step == "day":
        return day + timedelta(days=1)
    months = day.year * 12 + day.month - 1 + (12 if step == "year" else 1)
    return date(months // 12, months % 12 + 1, 1)
