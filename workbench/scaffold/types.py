"""The type of a column by its values, held to the same strict casts as a load holds them.

Doubt goes to text: a code that was read as a number has lost its leading zeros for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stagecoach.dataset import Column
from stagecoach.frames.rows import casting

# Names of things that are written in digits and never reckoned with.
CODE = re.compile(
    r"(^|_)(zip|postal|postcode|phone|tel|fax|mobile|ssn|ein|vat|iban|isbn|ean|upc|sku|fips|code|cd)"
    r"(_|$)"
)
NULLS = ("NULL", "null", r"\N", "NA", "N/A", "n/a", "#N/A", "None", "NaN", "nan", "-", "--")
DATES = ("dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy", "dd.MM.yyyy", "dd-MM-yyyy",
         "yyyy/MM/dd", "dd-MMM-yyyy", "yyyyMMdd")  # fmt: skip
STAMPS = ("dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm",
          "M/d/yyyy H:mm", "M/d/yyyy h:mm a", "dd.MM.yyyy HH:mm:ss", "yyyy/MM/dd HH:mm:ss",
          "yyyyMMddHHmmss")  # fmt: skip
WORDS = {"true", "false", "t", "f", "yes", "no", "y", "n"}
ZERO_FIRST = r"^-?0[0-9]"
ROOM = 4  # digits more than the sample's longest before the point
INTEGER_MOST = 2**31 // 8  # beyond it a counter may outgrow an integer in its life
SCALE_MOST = 8  # digits behind the point; more are a measurement, not an amount


@dataclass(frozen=True)
class Guess:
    """What a declaration says of a column; `why` is a remark for whoever reads it."""

    type: str
    format: str | None = None
    nulls: tuple[str, ...] = ()
    why: str | None = None


def guess(name: str, texts: pa.StringArray) -> Guess:
    """The narrowest type that every value has; with the words for null that stand among them."""
    values = pc.unique(texts).drop_null()
    if not len(values):
        return Guess("text", why="empty in the sample")
    found = _plain(name, values)
    if found.type != "text" or found.why:
        return found
    words = tuple(word for word in NULLS if pc.any(pc.equal(values, word)).as_py())
    rest = values.filter(pc.invert(pc.is_in(values, pa.array(words, pa.string()))))
    if words and len(rest):
        other = _plain(name, rest)
        if other.type != "text":
            return Guess(other.type, other.format, words, other.why)
    return found


def _plain(name: str, values: pa.StringArray) -> Guess:
    if pc.all(pc.match_substring_regex(values, casting.INTEGER)).as_py():
        return _digits(name, values)
    if pc.all(pc.match_substring_regex(values, casting.DECIMAL)).as_py():
        return _amount(values)
    if _casts("double", values):
        return Guess("double")
    lower = set(pc.utf8_lower(values).slice(0, 20).to_pylist())
    if len(lower) in (1, 2) and lower <= WORDS and (len(lower) == 2 or lower & {"true", "false"}):
        return Guess("boolean")
    for base in ("uuid", "date", "time"):
        if _casts(base, values):
            return Guess(base)
    return _moment(values) or _written(values)


def _digits(name: str, values: pa.StringArray) -> Guess:
    if pc.any(pc.match_substring_regex(values, ZERO_FIRST)).as_py():
        return _compact(values) or Guess("text", why="leading zeros: a code, not a number")
    if CODE.search(name):
        return Guess("text", why="digits, but by its name a code")
    if not _casts("bigint", values):
        return Guess("text", why="more digits than a bigint holds")
    if compact := _compact(values, strict=True):
        return compact
    if set(values.to_pylist()) == {"0", "1"}:
        return Guess("integer", why="0 and 1 and nothing else: boolean?")
    most: Any = pc.max(pc.abs(values.cast(pa.int64()))).as_py()
    wide = most > INTEGER_MOST or name == "id" or name.endswith("_id")
    return Guess("bigint" if wide else "integer")


def _compact(values: pa.StringArray, strict: bool = False) -> Guess | None:
    """Digits that are dates or moments of this age: 20240131."""
    lengths = set(pc.unique(pc.utf8_length(values)).to_pylist())
    for base, pattern, length in (("date", "yyyyMMdd", 8), ("timestamp", "yyyyMMddHHmmss", 14)):
        years = pc.match_substring_regex(values, "^(19|20)[0-9]{2}")
        several = not strict or len(values) > 1
        fits = lengths == {length} and several and pc.all(years).as_py()
        if fits and _casts(base, values, pattern):
            return Guess(base, pattern)
    return None


def _amount(values: pa.StringArray) -> Guess:
    parts = pc.extract_regex(values, r"^-?(?P<whole>[0-9]*)\.?(?P<rest>[0-9]*)$")
    whole: Any = pc.max(pc.utf8_length(pc.struct_field(parts, "whole"))).as_py()
    scale: Any = pc.max(pc.utf8_length(pc.struct_field(parts, "rest"))).as_py()
    if scale > SCALE_MOST or whole + ROOM + scale > 38:
        return Guess("double")
    return Guess(f"numeric({whole + ROOM + scale},{scale})")


def _moment(values: pa.StringArray) -> Guess | None:
    if _casts("timestamp", values):
        zoned = pc.match_substring_regex(values, r"(Z|[+-][0-9]{2}:?[0-9]{2})$")
        return Guess("timestamptz" if pc.all(zoned).as_py() else "timestamp")
    for base, patterns in (("date", DATES), ("timestamp", STAMPS)):
        fitting = [pattern for pattern in patterns if _casts(base, values, pattern)]
        if fitting:
            others = [each for each in fitting[1:] if each[0].lower() != fitting[0][0].lower()]
            doubt = f"{others[0]} fits the sample as well: look" if others else None
            return Guess(base, fitting[0], why=doubt)
    return None


def _written(values: pa.StringArray) -> Guess:
    if pc.all(pc.match_substring_regex(values, r"^\s*[{\[]")).as_py() and _casts("json", values):
        return Guess("json")
    return Guess("text")


def _casts(base: str, values: pa.StringArray, pattern: str | None = None) -> bool:
    """Whether a load would take every one of these values for this type."""
    _, sound = casting.strict(Column("x", base, format=pattern)).cast(values)
    return sound is None or bool(pc.all(sound).as_py())
