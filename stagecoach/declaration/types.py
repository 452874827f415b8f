"""Column types, encodings and patterns of a declaration, each with what was wanted instead."""

from __future__ import annotations

import codecs
import re

from stagecoach.dataset import Type
from stagecoach.declaration.problems import did_you_mean, listed
from stagecoach.fetch import periods

PLAIN = (
    *("boolean", "smallint", "integer", "bigint", "real", "double", "text", "date"),
    *("timestamp", "timestamptz", "time", "uuid", "json"),
)
TEMPORAL = ("date", "timestamp", "timestamptz", "time")
KNOWN = (*PLAIN, "numeric(p,s)", "varchar(n)")
OTHER_NAMES = {
    **dict.fromkeys(("int", "int4", "int32", "serial"), "integer"),
    **dict.fromkeys(("int8", "int64", "long", "bigserial"), "bigint"),
    **dict.fromkeys(("int2", "short", "tinyint", "byte"), "smallint"),
    **dict.fromkeys(("float8", "float", "double precision"), "double"),
    **dict.fromkeys(("decimal", "number", "money"), "numeric(12,2)"),
    **dict.fromkeys(("char", "character varying", "nvarchar", "character"), "varchar(40)"),
    **dict.fromkeys(("string", "str", "clob"), "text"),
    **dict.fromkeys(("datetime", "timestamp without time zone", "timestamp_ntz"), "timestamp"),
    **dict.fromkeys(("timestamp with time zone", "timestamp_tz"), "timestamptz"),
    **{"bool": "boolean", "float4": "real", "jsonb": "json"},
}
VARCHAR_MOST = 10_485_760  # PostgreSQL's own limit
NUMERIC_MOST = 38  # Spark's and Redshift's limit; PostgreSQL has more
WIDE = ("utf-16", "utf-32")
IDENTIFIER_MOST = 63  # bytes, in PostgreSQL


def column_type(text: str) -> str:
    """Check a type and write it one way (`numeric(12,2)`). Raises ValueError."""
    found = " ".join(text.lower().split())
    base = found.split("(")[0].strip()
    try:
        kind = Type.parse(re.sub(r"\s*([(),])\s*", r"\1", found))
    except ValueError:
        kind = Type(found, base)
    if kind.base in PLAIN and not kind.args and "(" not in found:
        return kind.base
    if kind.base == "varchar" and len(kind.args) == 1 and 1 <= kind.args[0] <= VARCHAR_MOST:
        return kind.text
    if kind.base == "numeric" and 1 <= len(kind.args) <= 2:
        precision, scale = (*kind.args, 0)[:2]
        if 1 <= precision <= NUMERIC_MOST and scale <= precision:
            return f"numeric({precision},{scale})"
    raise ValueError(f"found the type {text!r} - {_wanted(base)}")


def _wanted(base: str) -> str:
    if base == "varchar":
        return f"wanted varchar(n) with n from 1 to {VARCHAR_MOST}, or text for any length"
    if base == "numeric":
        return f"wanted numeric(p,s) with p from 1 to {NUMERIC_MOST} and s from 0 to p"
    if base in PLAIN:
        return f"wanted {base} without a length"
    if base in OTHER_NAMES:
        return f"wanted {OTHER_NAMES[base]!r}, which means the same here"
    return f"wanted one of {listed(KNOWN)}{did_you_mean(base, (*PLAIN, 'numeric', 'varchar'))}"


def encoding(text: str) -> str:
    """Check an encoding's name and write it one way. Raises ValueError."""
    try:
        codec = codecs.lookup(text)
    except LookupError:
        known = ("utf-8", "latin-1", "cp1252", "iso8859-15", "cp1250", "ascii")
        hint = did_you_mean(text, known)
        raise ValueError(
            f"found the encoding {text!r} - wanted one that is known, such as utf-8 or cp1252{hint}"
        ) from None
    if codec.name == "utf-8-sig":
        raise ValueError("found utf-8-sig - wanted utf-8, which takes a byte order mark as well")
    if not _is_read(codec):
        raise ValueError(
            f"found the encoding {text!r} - wanted utf-8, utf-16, utf-32 or one in which ASCII "
            "stays as it is, such as cp1252"
        )
    return codec.name


def _is_read(codec: codecs.CodecInfo) -> bool:
    """Lines are found before they are decoded, except in what is wide throughout."""
    sample = 'aZ09,;"\r\n'
    try:
        return codec.name.startswith(WIDE) or codec.encode(sample)[0] == sample.encode("ascii")
    except (TypeError, ValueError, AttributeError):
        return False  # rot13, base64 and their like are no encodings of text


def pattern(text: str, type_text: str) -> str | None:
    """What is wrong with a Spark datetime pattern for a type, or None."""
    if "%" in text:
        return f"found the format {text!r} - wanted Spark's letters, such as yyyy-MM-dd"
    letters = set(re.sub(r"'[^']*'", "", text))
    if "Y" in letters:
        return f"found YYYY in the format {text!r} - wanted yyyy, the year of the date"
    if "D" in letters and "M" in letters:
        return f"found D in the format {text!r} - wanted d, the day of the month"
    if type_text == "date" and "m" in letters and "M" not in letters:
        return f"found mm in the format {text!r} - wanted MM, the month"
    if not letters & set("yuHhMdDSsLEkK"):
        return f"found the format {text!r} - wanted Spark's letters, such as yyyy-MM-dd"
    return None


def identifier(text: str) -> str:
    """Check a name that becomes one of the database. Raises ValueError."""
    if text.startswith("_"):
        raise ValueError(f"found the name {text!r} - names with a leading underscore are reserved")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError(
            f"found the name {text!r} - wanted lower-case letters, digits and underscores, "
            "a letter first"
        )
    if len(text) > IDENTIFIER_MOST:
        raise ValueError(f"found a name of {len(text)} bytes - PostgreSQL takes {IDENTIFIER_MOST}")
    return text


def one_character(text: str) -> str:
    """Check a delimiter or a quote. Raises ValueError."""
    if text in ("\\t", "tab"):
        raise ValueError(f'found {text!r} - wanted "\\t" in double quotes for a tab')
    if len(text) != 1 or text in "\r\n\0":
        raise ValueError(f"found {text!r} - wanted one character that is no line end")
    return text


def one_ascii(text: str) -> str:
    """Check a quote or an escape. Raises ValueError."""
    if not one_character(text).isascii():
        raise ValueError(f"found {text!r} - wanted a character of ASCII")
    return text


def json_path(text: str) -> str:
    """Check the way to a document's records. Raises ValueError."""
    if not all(text.split(".")):
        raise ValueError(f"found the path {text!r} - wanted keys with dots between, as data.items")
    return text


def prefix(text: str) -> str:
    """Check a landing prefix. Raises ValueError."""
    if not text.endswith("/") or text.startswith("/") or "//" in text or ".." in text:
        raise ValueError(
            f"found the prefix {text!r} - wanted folders such as runways/ or eu/runways/"
        )
    return text


def url(text: str) -> str:
    """Check an address to fetch from. Raises ValueError."""
    if not re.fullmatch(r"(https://|http://(127\.0\.0\.1|localhost):\d+/)[^\s/]+(/\S*)?", text):
        raise ValueError(f"found {text!r} - wanted an https:// address")
    for place in periods.PLACE.findall(text):
        if place not in periods.PLACES:
            raise ValueError(
                f"found {{{place}}} in {text!r} - wanted {{year}}, {{month}} or {{day}}"
            )
    if "{" in periods.PLACE.sub("", text) or "}" in periods.PLACE.sub("", text):
        raise ValueError(
            f"found a single brace in {text!r} - wanted {{year}}, {{month}} or {{day}}"
        )
    return text


def checksum(text: str) -> str:
    """Check the address of a checksum, which may name {url}. Raises ValueError."""
    url(text.replace("{url}", "https://example.org/file"))
    return text


def behind(text: str) -> str:
    """Check how far a day lies behind. Raises ValueError."""
    if not periods.BEHIND.match(text):
        raise ValueError(f"found {text!r} - wanted 0 days, 1 day, 2 months or 1 year")
    return text
