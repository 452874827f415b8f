"""Limits and schedules: values of a declaration that have a syntax of their own."""

from __future__ import annotations

import re
from typing import Any

from stagecoach.dataset import Limit

LIMIT_WANTED = (
    'wanted a share such as "10%", a number of rows such as 500, or {share: 10%, count: 500}'
)
SHARE = re.compile(r"^(\d+(?:\.\d+)?)\s*%$")
RATE = re.compile(r"^rate\((\d+) (minute|hour|day)(s?)\)$")
CRON = re.compile(r"^cron\((.*)\)$")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
CRON_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, MONTHS),
    ("day of week", 1, 7, DAYS),
    ("year", 1970, 2199, ()),
)


def limit(value: Any) -> Limit:
    """Read `10%`, `500` or `{share: 10%, count: 500}`. Raises ValueError with what was wanted."""
    if isinstance(value, Limit):
        return value
    if isinstance(value, dict):
        if not value or set(value) - {"share", "count"}:
            raise ValueError(f"found the keys {', '.join(value) or 'none'} - {LIMIT_WANTED}")
        share = _share(value["share"]) if "share" in value else None
        return Limit(share, _count(value["count"]) if "count" in value else None)
    if isinstance(value, str):
        return Limit(share=_share(value))
    return Limit(count=_count(value))


def share(value: Any) -> Limit:
    """Read `50%`. Raises ValueError with what was wanted."""
    return value if isinstance(value, Limit) else Limit(share=_share(value))


def _share(value: Any) -> float:
    found = SHARE.match(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"found {value!r} - {LIMIT_WANTED}")
    percent = float(found[1])
    if percent > 100:
        raise ValueError(f"found {value} - wanted a share from 0% to 100%")
    return round(percent / 100, 9)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"found {value!r} - {LIMIT_WANTED}")
    return value


def schedule(text: str) -> str:
    """Check an EventBridge schedule, `cron(...)` or `rate(...)`. Raises ValueError."""
    if rate := RATE.match(text):
        number, plural = int(rate[1]), bool(rate[3])
        if number < 1 or plural != (number != 1):
            raise ValueError(f"found {text!r} - wanted rate(1 day) or, for more, rate(2 days)")
        return text
    cron = CRON.match(text)
    if cron is None:
        raise ValueError(f"found {text!r} - wanted cron(0 2 * * ? *) or rate(1 day)")
    fields = cron[1].split()
    if len(fields) != len(CRON_FIELDS):
        raise ValueError(
            f"found {len(fields)} fields in {text!r} - wanted 6: minutes, hours, day of month, "
            "month, day of week, year"
        )
    if (fields[2] == "?") == (fields[4] == "?"):
        raise ValueError(f"found {text!r} - wanted ? in one of day of month and day of week")
    for field, known in zip(fields, CRON_FIELDS, strict=True):
        _cron_field(field, *known)
    return text


def _cron_field(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> None:
    if text == "?" and name.startswith("day"):
        return
    for part in text.upper().split(","):
        body, _, step = part.partition("/")
        numbers = [] if body == "*" else body.split("-")
        words = [piece for word in numbers for piece in word.split("#")]
        fine = all(word in names or _in_bounds(word, name, low, high) for word in words)
        if not fine or len(numbers) > 2 or (step and not (step.isdigit() and int(step) > 0)):
            raise ValueError(
                f"found {text!r} for {name} - wanted {low} to {high}, *, a-b, a,b or a/b"
            )


def _in_bounds(word: str, name: str, low: int, high: int) -> bool:
    """Whether a word is a number in bounds; of days, also L (last) and 15W (nearest weekday)."""
    if name.startswith("day"):
        word = word.rstrip("LW") or str(low)
    return word.isdigit() and low <= int(word) <= high
