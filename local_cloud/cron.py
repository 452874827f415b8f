"""When AWS schedules fire: `cron(...)` with six fields, `rate(...)` and `at(...)`."""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# AWS counts SUN as 1.
WEEKDAYS = dict(zip(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), range(1, 8), strict=True))
RATE_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
MINUTE = dt.timedelta(minutes=1)


class BadSchedule(ValueError):
    """A schedule expression that AWS would refuse."""


@dataclass(frozen=True)
class Cron:
    """One parsed cron expression; matches whole minutes in its own time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    month_day: str
    months: frozenset[int]
    week_day: str
    years: frozenset[int]

    def matches_day(self, day: dt.date) -> bool:
        """Whether it fires at all on this day."""
        if day.month not in self.months or day.year not in self.years:
            return False
        if self.month_day != "?":
            return _month_day_matches(self.month_day, day)
        return _week_day_matches(self.week_day, day)

    def matches(self, moment: dt.datetime) -> bool:
        """Whether it fires in this minute."""
        return (
            moment.minute in self.minutes
            and moment.hour in self.hours
            and self.matches_day(moment.date())
        )


@functools.lru_cache(1024)
def parse_cron(fields: str) -> Cron:
    """Parse `minutes hours day-of-month month day-of-week year`. Raises BadSchedule."""
    parts = fields.upper().split()
    if len(parts) != 6:
        raise BadSchedule(f"cron({fields}) has {len(parts)} fields, AWS wants 6 - add the year.")
    minutes, hours, month_day, months, week_day, years = parts
    if (month_day == "?") == (week_day == "?"):
        raise BadSchedule(f"cron({fields}) needs ? in exactly one of day-of-month, day-of-week.")
    for name, number in WEEKDAYS.items():
        week_day = week_day.replace(name, str(number))
    return Cron(
        _numbers(minutes, 0, 59),
        _numbers(hours, 0, 23),
        month_day,
        _numbers(months, 1, 12, MONTHS),
        week_day,
        _numbers(years, 1970, 2199),
    )


def due(
    expression: str,
    since: dt.datetime,
    until: dt.datetime,
    *,
    zone: str = "UTC",
    anchor: dt.datetime | None = None,
) -> bool:
    """Whether `expression` fires in (since, until]; `anchor` is where a rate begins to count.

    Raises BadSchedule for what is neither cron, rate nor at.
    """
    kind, _, inside = expression.strip().rstrip(")").partition("(")
    if kind == "rate":
        start = (anchor or dt.datetime.fromtimestamp(0, dt.UTC)).timestamp()
        step = _rate_seconds(expression, inside)
        return (until.timestamp() - start) // step > (since.timestamp() - start) // step
    if kind == "at":
        return since < dt.datetime.fromisoformat(inside).replace(tzinfo=ZoneInfo(zone)) <= until
    if kind == "cron":
        return _cron_due(parse_cron(inside), since, until, ZoneInfo(zone))
    raise BadSchedule(f"{expression!r} is not a schedule - write cron(...), rate(...) or at(...).")


def _cron_due(cron: Cron, since: dt.datetime, until: dt.datetime, zone: ZoneInfo) -> bool:
    moment = since.replace(second=0, microsecond=0) + MINUTE
    while moment <= until:
        local = moment.astimezone(zone)
        if cron.matches(local):
            return True
        if not cron.matches_day(local.date()):
            midnight = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), zone)
            moment = max(moment + MINUTE, midnight.astimezone(dt.UTC))
        else:
            moment += MINUTE
    return False


def _rate_seconds(expression: str, inside: str) -> int:
    found = re.fullmatch(r"([1-9]\d*)\s+(minute|hour|day)s?", inside.strip())
    if not found:
        raise BadSchedule(f"{expression!r} is not a rate - write rate(5 minutes), hours or days.")
    return int(found[1]) * RATE_UNITS[found[2]]


def _numbers(
    field: str, low: int, high: int, names: dict[str, int] | None = None
) -> frozenset[int]:
    for name, number in (names or {}).items():
        field = field.replace(name, str(number))
    chosen: set[int] = set()
    try:
        for part in field.split(","):
            span, slash, step = part.partition("/")
            first, dash, last = span.partition("-")
            begin = low if first in ("*", "?") else int(first)
            end = int(last) if dash else high if slash or first in ("*", "?") else begin
            chosen.update(range(begin, end + 1, int(step) if slash else 1))
    except ValueError as error:
        raise BadSchedule(f"{field!r} is not a cron field between {low} and {high}.") from error
    return frozenset(chosen)


def _month_day_matches(field: str, day: dt.date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    if field == "L":
        return day.day == last
    if field == "LW":
        return day == _nearest_weekday(day.replace(day=last), last)
    if field.endswith("W"):
        return day == _nearest_weekday(day.replace(day=min(int(field[:-1]), last)), last)
    return day.day in _numbers(field, 1, 31)


def _nearest_weekday(day: dt.date, last: int) -> dt.date:
    """The working day next to `day` that is still in its month."""
    if day.weekday() == 5:
        return day + dt.timedelta(days=-1 if day.day > 1 else 2)
    if day.weekday() == 6:
        return day + dt.timedelta(days=1 if day.day < last else -2)
    return day


def _week_day_matches(field: str, day: dt.date) -> bool:
    today = (day.weekday() + 1) % 7 + 1
    if "#" in field:
        week_day, nth = map(int, field.split("#"))
        return today == week_day and (day.day - 1) // 7 + 1 == nth
    if field.endswith("L"):
        last = calendar.monthrange(day.year, day.month)[1]
        return today == int(field[:-1] or 7) and day.day > last - 7
    return today in _numbers(field, 1, 7)
