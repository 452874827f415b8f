"""One field of a text file as COPY reads it: what fits goes on, what does not has a load error.

The numbers and sentences: https://docs.aws.amazon.com/redshift/latest/dg/r_Load_Error_Reference.html
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from local_cloud.redshift.targets import TEXT, Target

Cast = Callable[[str, Target, Mapping[str, Any]], str]

_TRUE, _FALSE = ("t", "true", "y", "yes", "1"), ("f", "false", "n", "no", "0")
_SIZES = {"smallint": 15, "integer": 31, "bigint": 63}
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}( \d{1,2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}(:?\d{2})?)?)?")
# Redshift's letters for strptime; longer ones first.
_LETTERS = (
    ("YYYY", "%Y"), ("YY", "%y"), ("MONTH", "%B"), ("MON", "%b"), ("MM", "%m"), ("DD", "%d"),
    ("HH24", "%H"), ("HH12", "%I"), ("HH", "%H"), ("MI", "%M"), ("SS", "%S"), ("AM", "%p"),
    ("PM", "%p"),
)  # fmt: skip
# What 'auto' knows besides ISO: https://docs.aws.amazon.com/redshift/latest/dg/automatic-recognition.html
_AUTO_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%Y", "%d.%m.%Y",
               "%b %d, %Y", "%B %d, %Y", "%b-%d-%Y", "%d-%b-%Y", "%d %b %Y", "%y%m%d")  # fmt: skip
_AUTO_TIMES = ("%H:%M:%S.%f%z", "%H:%M:%S.%f", "%H:%M:%S%z", "%H:%M:%S", "%H:%M", "%I:%M:%S %p")


class Refused(Exception):
    """A field does not fit its column: the number and the sentence of the load error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def cast(text: str | None, column: Target, options: Mapping[str, Any]) -> str | None:
    """The field for PostgreSQL, None for null. Raises Refused."""
    if text is not None and column.type not in TEXT and not text.strip():
        text = None  # an empty field is null in every column that is no text
    if text is not None and column.type in TEXT and _is_null(text, options):
        text = None
    if text is None:
        if column.required:
            raise Refused(1213, "Missing data for not-null field")
        return None
    try:
        return _CASTS.get(column.type, _as_it_is)(text, column, options)
    except Refused as wrong:
        if wrong.code in (1205, 1206) and "acceptanydate" in options:
            return None
        raise


def _is_null(text: str, options: Mapping[str, Any]) -> bool:
    if text == "":
        return "emptyasnull" in options
    return "blanksasnull" in options and not text.strip()


def _text(text: str, column: Target, options: Mapping[str, Any]) -> str:
    encoded = text.encode("utf-8", "surrogateescape")
    try:
        encoded.decode("utf-8")
    except UnicodeDecodeError as wrong:
        if "acceptinvchars" not in options:
            bad = encoded[wrong.start : wrong.start + 1].hex()
            raise Refused(
                1220,
                "String contains invalid or unsupported UTF8 codepoints. "
                f"Bad UTF8 hex sequence: {bad} (error 3)",
            ) from wrong
        instead = options["acceptinvchars"] if options["acceptinvchars"] is not True else "?"
        text = re.sub("[\udc80-\udcff]", lambda _: instead, text)
    if "\0" in text:
        raise Refused(1216, "Missing newline: Unexpected character 0x0 found")
    return _fitting(text, column, options)


def _fitting(text: str, column: Target, options: Mapping[str, Any]) -> str:
    encoded, room = text.encode(), column.room or 0
    if len(encoded) <= room:
        return text
    if column.type == "character" and len(encoded.rstrip(b" ")) <= room:
        return text.rstrip(" ")
    if "truncatecolumns" in options:
        return encoded[:room].decode(errors="ignore")
    raise Refused(1204, "String length exceeds DDL length")


def _whole(text: str, column: Target, _: Mapping[str, Any]) -> str:
    stripped = text.strip(" ")
    if not re.fullmatch(r"[+-]?\d+", stripped):
        bad = re.search(r"[^\d]", stripped.lstrip("+-"))
        at = text.index(bad[0]) if bad else 0
        shown = bad[0] if bad else stripped[:1]
        kind = {"integer": "Integer", "bigint": "Long", "smallint": "Short"}[column.type]
        raise Refused(1207, f"Invalid digit, Value '{shown}', Pos {at}, Type: {kind} ")
    limit = 1 << _SIZES[column.type]
    if not -limit <= int(stripped) < limit:
        raise Refused(1216, f"Overflow, Column type: {column.declared.title()}")
    return stripped


def _number(text: str, column: Target, options: Mapping[str, Any]) -> str:
    try:
        found = Decimal(text.strip())
    except InvalidOperation as wrong:
        raise Refused(1209, "Invalid digit, Type: Decimal") from wrong
    if column.precision:
        whole = len(found.as_tuple().digits) + int(found.as_tuple().exponent)
        if found and whole > column.precision - column.scale:
            raise Refused(1209, f"Overflow for NUMERIC({column.precision},{column.scale})")
        step = Decimal(1).scaleb(-column.scale)
        rounding = "ROUND_HALF_UP" if "roundec" in options else "ROUND_DOWN"
        return str(found.quantize(step, rounding=rounding))
    return str(found)


def _real(text: str, _: Target, __: Mapping[str, Any]) -> str:
    try:
        float(text)
    except ValueError as wrong:
        raise Refused(1208, "Invalid digit, Type: Float") from wrong
    return text.strip()


def _boolean(text: str, _: Target, __: Mapping[str, Any]) -> str:
    told = text.strip().lower()
    if told not in _TRUE + _FALSE:
        raise Refused(1210, "Unknown boolean format")
    return "true" if told in _TRUE else "false"


def _date(text: str, _: Target, options: Mapping[str, Any]) -> str:
    form = options.get("dateformat", "YYYY-MM-DD")
    forms = _AUTO_DATES if form.lower() == "auto" else (_strptime(form),)
    found = _first(text.strip(), forms)
    if found is None and form.lower() == "auto":
        found = _first(text.strip(), tuple(f"{d} {t}" for d in _AUTO_DATES for t in _AUTO_TIMES))
    if found is None:
        raise Refused(1205, "Invalid Date Format - length must be 10 or more")
    return found.date().isoformat()


def _stamp(text: str, _: Target, options: Mapping[str, Any]) -> str:
    form, told = options.get("timeformat", "YYYY-MM-DD HH:MI:SS"), text.strip()
    if form.lower() in ("epochsecs", "epochmillisecs"):
        return _epoch(told, 1 if form.lower() == "epochsecs" else 1000)
    iso = told.replace("T", " ", 1).removesuffix("Z")
    if form in ("YYYY-MM-DD HH:MI:SS",) or form.lower() == "auto":
        if _STAMP.fullmatch(iso if form.lower() == "auto" else told):
            return iso
        joined = tuple(f"{d} {t}" for d in _AUTO_DATES for t in _AUTO_TIMES) + _AUTO_DATES
        found = _first(iso, joined) if form.lower() == "auto" else None
    else:
        found = _first(told, (_strptime(form), _strptime(form) + ".%f"))
    if found is None:
        raise Refused(1206, f"Invalid timestamp format or value [{form}]")
    return found.isoformat(" ")


def _epoch(told: str, per_second: int) -> str:
    try:
        moment = dt.datetime.fromtimestamp(float(told) / per_second, dt.UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise Refused(1206, "Invalid timestamp format or value [epochsecs]") from wrong
    return moment.replace(tzinfo=None).isoformat(" ")


def _as_it_is(text: str, _: Target, __: Mapping[str, Any]) -> str:
    return text


def _first(text: str, forms: tuple[str, ...]) -> dt.datetime | None:
    for form in forms:
        try:
            return dt.datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _strptime(form: str) -> str:
    made, rest = "", form
    while rest:
        letters = next((pair for pair in _LETTERS if rest.upper().startswith(pair[0])), None)
        made += letters[1] if letters else rest[0].replace("%", "%%")
        rest = rest[len(letters[0]) if letters else 1 :]
    return made


_CASTS: dict[str, Cast] = {
    **dict.fromkeys(TEXT, _text),
    **dict.fromkeys(_SIZES, _whole),
    "numeric": _number,
    "real": _real,
    "double precision": _real,
    "boolean": _boolean,
    "date": _date,
    "timestamp without time zone": _stamp,
    "timestamp with time zone": _stamp,
}
