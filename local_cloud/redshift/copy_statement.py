"""What a COPY statement says: every documented option is known, and what clashes is refused.

https://docs.aws.amazon.com/redshift/latest/dg/r_COPY.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_cloud.redshift.copy_options import SYNTAX, Tokens, authorized, options
from local_cloud.redshift.errors import Failed

_KNOWN = {
    **dict.fromkeys(("iam_role",), "role"),
    **dict.fromkeys(
        ("credentials", "access_key_id", "secret_access_key", "session_token", "delimiter", "null",
         "region", "dateformat", "timeformat", "fixedwidth", "quote", "master_symmetric_key"),
        "text"),
    **dict.fromkeys(("json", "avro", "acceptinvchars"), "text?"),
    **dict.fromkeys(("maxerror", "ignoreheader", "readratio", "comprows"), "number"),
    **dict.fromkeys(("compupdate", "statupdate"), "switch"),
    **dict.fromkeys(
        ("csv", "parquet", "orc", "shapefile", "manifest", "encrypted", "ssh", "gzip", "bzip2",
         "lzop", "zstd", "acceptanydate", "blanksasnull", "emptyasnull", "escape", "explicit_ids",
         "fillrecord", "ignoreblanklines", "removequotes", "roundec", "trimblanks",
         "truncatecolumns", "ignoreallerrors", "noload", "serializetojson"), "none"),
    "encoding": "word",
    "format": "none",
    "as": "none",
}  # fmt: skip
_FORMATS = ("csv", "json", "parquet", "orc", "avro", "fixedwidth", "shapefile")
_ABSENT = ("orc", "avro", "fixedwidth", "shapefile", "lzop", "ssh", "encrypted", "serializetojson",
           "master_symmetric_key")  # fmt: skip
_KEYS = ("iam_role", "credentials", "access_key_id", "secret_access_key", "session_token")
# Only these go with Parquet and ORC:
# https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
_COLUMNAR = {*_KEYS, "parquet", "orc", "fillrecord", "statupdate", "manifest", "explicit_ids",
             "acceptinvchars", "format", "as", "serializetojson"}  # fmt: skip
_CLASHES = {
    # https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
    "csv": ("fixedwidth", "removequotes", "escape"),
    "json": ("csv", "delimiter", "escape", "fillrecord", "fixedwidth", "ignoreblanklines",
             "null", "readratio", "removequotes"),
    "gzip": ("bzip2", "lzop", "zstd"),
    "bzip2": ("lzop", "zstd"),
    "ignoreallerrors": ("maxerror",),
}  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """What a COPY statement says."""

    table: tuple[str, ...]
    columns: tuple[str, ...] | None
    uri: str
    options: Mapping[str, Any]
    role: str | None

    @property
    def format(self) -> str:
        """How the files are written."""
        return next((name for name in _FORMATS if name in self.options), "text")

    @property
    def compression(self) -> str | None:
        """How the files are packed."""
        return next((name for name in ("gzip", "bzip2", "zstd") if name in self.options), None)

    @property
    def tolerated(self) -> float:
        """How many rows may be left out."""
        if "ignoreallerrors" in self.options:
            return float("inf")
        return int(self.options.get("maxerror", 0))


def parse(sql: str) -> Copy:
    """The statement taken apart. Raises Failed for what Redshift would not take."""
    tokens = Tokens(sql)
    tokens.need("copy")
    name = [tokens.name()]
    while tokens.take("."):
        name.append(tokens.name())
    columns = tuple(tokens.names()) if tokens.peek() == "(" else None
    tokens.need("from")
    uri = tokens.text()
    found = options(tokens, _KNOWN)
    if "json" in found:
        found["json"] = _json_kind(found["json"])
    role = authorized(found)
    _check(found, uri)
    return Copy(tuple(name), columns, uri, found, role)


def _check(found: Mapping[str, Any], uri: str) -> None:
    for columnar in ("parquet", "orc"):
        for option in found if columnar in found else ():
            if option not in _COLUMNAR:
                raise Failed(
                    f"{option.upper()} argument is not supported for {columnar.upper()} based COPY"
                )
    for first, others in _CLASHES.items():
        for other in others if first in found else ():
            if other in found:
                raise Failed(f"{first.upper()} cannot be used with {other.upper()}", code=SYNTAX)
    formats = [name for name in _FORMATS if name in found]
    if len(formats) > 1 or ("format" in found and not formats and "delimiter" not in found):
        raise Failed("conflicting or redundant options", code=SYNTAX)
    if found.get("maxerror", 0) > 100_000:
        raise Failed("MAXERROR must be between 0 and 100000")
    if "quote" in found and "csv" not in found:
        raise Failed("QUOTE can be used only with CSV", code=SYNTAX)
    for option in _ABSENT:
        if option in found:
            raise Failed(f"the local Redshift does not do COPY with {option.upper()} ({uri})")


def _json_kind(told: Any) -> str:
    kind = "auto" if told is True else str(told)
    if kind in ("auto", "auto ignorecase", "noshred") or kind.startswith("s3://"):
        return kind
    raise Failed(f"Invalid JSON argument {kind}: 'auto', 'auto ignorecase', 'noshred' or s3://")
