"""Strict dates, times and timestamps.

ISO 8601 unless the declaration gives a pattern of Java's letters. A moment without a zone is UTC;
with one it is turned into UTC. So there are no gaps: 02:30 of a clock-change night is just 02:30.
24:00, leap seconds, more than six digits of a second, and years outside 0001..9999 are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

STAMP = pa.timestamp("us")
STAMP_UTC = pa.timestamp("us", "UTC")
ISO = {
    "date": r"(?P<y>[0-9]{4})-(?P<mo>[0-9]{2})-(?P<d>[0-9]{2})",
    "time": r"(?P<h>[0-9]{2}):(?P<mi>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.(?P<f>[0-9]{1,6}))?)?",
}
ZONE = r"(?P<z>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
ISO["timestamp"] = ISO["timestamptz"] = f"{ISO['date']}[T ]{ISO['time']}{ZONE}"
WANTED = {
    "date": "a date",
    "time": "a time",
    "timestamp": "a timestamp",
    "timestamptz": "a timestamp",
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY_US = 86_400_000_000
YEAR_1 = np.datetime64("0001-01-01", "us").astype(np.int64)
YEAR_10000 = np.datetime64("10000-01-01", "us").astype(np.int64)

# The letters of a pattern, as java.time writes them, longest first.
LETTERS = {
    "yyyy": r"(?P<y>[0-9]{4})",
    "uuuu": r"(?P<y>[0-9]{4})",
    "yy": r"(?P<yy>[0-9]{2})",
    "MMM": r"(?P<mon>[A-Za-z]{3})",
    "MM": r"(?P<mo>[0-9]{2})",
    "M": r"(?P<mo>[0-9]{1,2})",
    "dd": r"(?P<d>[0-9]{2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "HH": r"(?P<h>[0-9]{2})",
    "H": r"(?P<h>[0-9]{1,2})",
    "hh": r"(?P<h12>[0-9]{2})",
    "h": r"(?P<h12>[0-9]{1,2})",
    "mm": r"(?P<mi>[0-9]{2})",
    "ss": r"(?P<s>[0-9]{2})",
    "a": r"(?P<ap>[AaPp][Mm])",
    "XXX": r"(?P<z>Z|[+-][0-9]{2}:[0-9]{2})",
    "X": r"(?P<z>Z|[+-][0-9]{2})",
    "xxx": r"(?P<z>[+-][0-9]{2}:[0-9]{2})",
    "Z": r"(?P<z>[+-][0-9]{4})",
}
TOKEN = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>.)", re.S)


@dataclass(frozen=True)
class Moment:
    """A type of moment, how it is written, and the cast."""

    arrow: pa.DataType
    wanted: str
    cast: Callable[[pa.StringArray], tuple[pa.Array, pa.BooleanArray | None]]


def moment(base: str, pattern: str | None) -> Moment:
    """The cast to `date`, `time`, `timestamp` or `timestamptz`.

    Raises ValueError when the pattern holds a letter that is not known here.
    """
    regex = f"^(?:{from_pattern(pattern) if pattern else ISO[base]})$"
    wanted = WANTED[base] + (f" written {pattern}" if pattern else "")
    if base == "time":
        return Moment(pa.string(), wanted, partial(_times, regex=regex))
    if base == "date":
        return Moment(pa.date32(), wanted, partial(_dates, regex=regex, iso=pattern is None))
    arrow = STAMP_UTC if base == "timestamptz" else STAMP
    return Moment(arrow, wanted, partial(_stamps, regex=regex, iso=pattern is None, arrow=arrow))


def from_pattern(pattern: str) -> str:
    """A regular expression with named groups for a pattern such as `dd/MM/yyyy HH:mm`."""
    parts = []
    for token in TOKEN.finditer(pattern):
        letters = token["letters"]
        if letters is None:
            parts.append(re.escape(token["other"] or token["quoted"].replace("''", "'") or "'"))
        elif letters in LETTERS:
            parts.append(LETTERS[letters])
        elif set(letters) == {"S"} and len(letters) <= 6:
            parts.append(f"(?P<f>[0-9]{{{len(letters)}}})")
        else:
            known = " ".join(LETTERS)
            raise ValueError(f"{letters!r} in the pattern {pattern!r} is not one of {known} S")
    return "".join(parts)


def _dates(texts: pa.StringArray, regex: str, iso: bool) -> tuple[pa.Array, Any]:
    if iso:
        try:
            days = pc.cast(texts, pa.date32())
        except pa.ArrowInvalid:
            pass
        else:
            first = pc.min(days.cast(pa.int32())).as_py()
            if first is None or first >= YEAR_1 // DAY_US:
                return days, None
    micros, sound = _micros(texts, regex)
    days = pa.array((micros // DAY_US).astype(np.int32), mask=~sound).cast(pa.date32())
    return days, _sound(texts, sound)


def _stamps(
    texts: pa.StringArray, regex: str, iso: bool, arrow: pa.DataType
) -> tuple[pa.Array, Any]:
    # Arrow also takes 2024-01-01 and 2024-01-01T00, which no declaration asked for.
    shortest = pc.min(pc.binary_length(texts)).as_py()
    if iso and shortest is not None and shortest >= len("2024-01-01T00:00"):
        for as_written in (STAMP, STAMP_UTC):
            try:
                stamps = pc.cast(texts, as_written)
            except pa.ArrowInvalid:
                continue
            span = pc.min_max(stamps.cast(pa.int64()))
            if span["min"].as_py() >= YEAR_1 and span["max"].as_py() < YEAR_10000:
                return stamps.cast(pa.int64()).cast(arrow), None
    micros, sound = _micros(texts, regex)
    return pa.array(micros, mask=~sound).cast(arrow), _sound(texts, sound)


def _times(texts: pa.StringArray, regex: str) -> tuple[pa.Array, Any]:
    micros, sound = _micros(texts, regex)
    stamps = pa.array(micros % DAY_US, mask=~sound).cast(pa.time64("us"))
    return stamps.cast(pa.string()), _sound(texts, sound)


def _sound(texts: pa.StringArray, sound: Any) -> pa.BooleanArray | None:
    good = pc.or_(pc.is_null(texts), pa.array(sound))
    return None if pc.all(good).as_py() is not False else good


def _micros(texts: pa.StringArray, regex: str) -> tuple[Any, Any]:
    """Microseconds since 1970 (UTC) and whether each text is a moment, as numpy arrays."""
    found = pc.extract_regex(texts, regex)
    matched = ~np.asarray(pc.is_null(found).to_numpy(zero_copy_only=False))
    names = {field.name for field in found.type}
    part = partial(_part, found, names)
    year = np.where(part("yy", -1) >= 0, 2000 + part("yy", -1), part("y", 1970))
    month = _month(found) if "mon" in names else part("mo", 1)
    day, hour = part("d", 1), part("h", 0)
    if "h12" in names:
        hour = part("h12", 12) % 12 + 12 * _is_pm(found, names)
    minute, second, fraction = part("mi", 0), part("s", 0), _fraction(found, names)
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    next_first = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    sound = matched & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24)
    sound &= (minute < 60) & (second < 60) & (day <= (next_first - first).astype(np.int64))
    sound &= (part("h12", 12) >= 1) & (part("h12", 12) <= 12)
    days = first.astype(np.int64) + day - 1
    micros = days * DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    offset, zone_sound = _offset(found, names)
    micros = micros - offset
    return micros, sound & zone_sound & (micros >= YEAR_1) & (micros < YEAR_10000)


def _text(found: pa.StructArray, name: str) -> pa.StringArray:
    return pc.fill_null(pc.struct_field(found, name), "")


def _number(texts: pa.StringArray, missing: int) -> Any:
    given = pc.if_else(pc.equal(texts, ""), str(missing), texts)
    return pc.cast(given, pa.int64()).to_numpy(zero_copy_only=False)


def _part(found: pa.StructArray, names: set[str], name: str, missing: int) -> Any:
    if name not in names:
        return np.full(len(found), missing, dtype=np.int64)
    return _number(_text(found, name), missing)


def _month(found: pa.StructArray) -> Any:
    names = pa.array(MONTHS)
    place = pc.index_in(pc.utf8_lower(_text(found, "mon")), names)
    return pc.fill_null(place, -1).cast(pa.int64()).to_numpy(zero_copy_only=False) + 1


def _is_pm(found: pa.StructArray, names: set[str]) -> Any:
    if "ap" not in names:
        return np.zeros(len(found), dtype=np.int64)
    pm = pc.equal(pc.utf8_lower(_text(found, "ap")), "pm")
    return pm.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _fraction(found: pa.StructArray, names: set[str]) -> Any:
    if "f" not in names:
        return np.zeros(len(found), dtype=np.int64)
    return _number(pc.utf8_rpad(_text(found, "f"), 6, "0"), 0)


def _offset(found: pa.StructArray, names: set[str]) -> tuple[Any, Any]:
    """Microseconds east of UTC, and whether the offset is one that exists (at most 18 hours)."""
    if "z" not in names:
        return np.zeros(len(found), dtype=np.int64), np.ones(len(found), dtype=bool)
    zone = pc.replace_substring(_text(found, "z"), ":", "")
    zone = pc.utf8_rpad(pc.if_else(pc.is_in(zone, pa.array(["", "Z"])), "+0000", zone), 5, "0")
    hours = _number(pc.utf8_slice_codeunits(zone, 1, 3), 0)
    minutes = _number(pc.utf8_slice_codeunits(zone, 3, 5), 0)
    sign = np.where(pc.equal(pc.utf8_slice_codeunits(zone, 0, 1), "-").to_numpy(False), -1, 1)
    return sign * (hours * 60 + minutes) * 60_000_000, (hours <= 18) & (minutes < 60)
