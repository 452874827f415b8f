"""UNLOAD to S3: what a query answers, as Parquet, CSV, JSON or delimited text.

https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from local_cloud.redshift import language, unload_files
from local_cloud.redshift.copy_options import SYNTAX, Tokens, authorized, options
from local_cloud.redshift.errors import Failed
from local_cloud.redshift.objects import Objects
from local_cloud.redshift.unload_files import Table

_KNOWN = {
    "iam_role": "role",
    **dict.fromkeys(("credentials", "access_key_id", "secret_access_key", "session_token",
                     "delimiter", "null", "region", "extension", "kms_key_id", "fixedwidth"),
                    "text"),
    **dict.fromkeys(("csv", "parquet", "json", "header", "addquotes", "escape", "allowoverwrite",
                     "cleanpath", "bzip2", "gzip", "zstd", "encrypted", "auto", "manifest",
                     "verbose", "include", "format", "as"), "none"),
    "partition": "by names",
    "parallel": "switch",
    "maxfilesize": "size",
    "rowgroupsize": "size",
}  # fmt: skip
_CLASHES = {
    "parquet": ("delimiter", "fixedwidth", "addquotes", "escape", "null", "header", "gzip",
                "bzip2", "zstd"),
    "json": ("delimiter", "fixedwidth", "addquotes", "escape", "null", "header"),
    "csv": ("fixedwidth", "addquotes", "escape"),
    "header": ("fixedwidth",),
    "cleanpath": ("allowoverwrite",),
    "gzip": ("bzip2", "zstd"),
    "bzip2": ("zstd",),
}  # fmt: skip
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, "
    "manually removing the target files in S3, or using the ALLOWOVERWRITE option."
)


@dataclass(frozen=True)
class Unload:
    """What an UNLOAD statement says."""

    query: str
    prefix: str
    options: Mapping[str, Any]
    role: str | None

    @property
    def format(self) -> str:
        """How the files are written."""
        return next((name for name in ("parquet", "csv", "json") if name in self.options), "text")

    @property
    def partitions(self) -> list[str]:
        """The columns that make folders."""
        return list(self.options.get("partition", []))


@dataclass(frozen=True)
class Written:
    """One file: where, how long, and how many rows it has."""

    uri: str
    size: int
    rows: int


def parse(sql: str) -> Unload:
    """The statement taken apart. Raises Failed for what Redshift would not take."""
    tokens = Tokens(sql)
    tokens.need("unload", "(")
    query = tokens.text()
    tokens.need(")", "to")
    prefix = tokens.text()
    found = options(tokens, _KNOWN)
    role = authorized(found)
    _check(found, query, prefix)
    return Unload(query, prefix, found, role)


def run(connection: Any, objects: Objects, unload: Unload) -> int:
    """Write the files; answers how many rows they have. Raises Failed before it writes."""
    _make_room(objects, unload)
    table = unload_files.ask(connection, language.translate(unload.query), unload.format)
    _check_partitions(unload, table)
    written = [
        _write(objects, unload, folder, part) for folder, part in _parts(table, unload) if part.rows
    ]
    if "manifest" in unload.options:
        content = _manifest(unload, table, written)
        objects.write(f"{unload.prefix}manifest", content)
    return table.rows


def _write(objects: Objects, unload: Unload, folder: str, part: Table) -> Written:
    content, extension = unload_files.render(part, unload.format, unload.options)
    serial = "000" if unload.options.get("parallel") is False else "0000_part_00"
    uri = f"{unload.prefix}{folder}{serial}{extension}"
    try:
        objects.write(uri, content)
    except KeyError as missing:
        raise Failed(
            "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket"
        ) from missing
    return Written(uri, len(content), part.rows)


def _make_room(objects: Objects, unload: Unload) -> None:
    try:
        there = objects.list(unload.prefix)
    except (KeyError, FileNotFoundError) as missing:
        raise Failed(
            "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket"
        ) from missing
    if "cleanpath" in unload.options:
        for uri in there:
            objects.delete(uri)  # type: ignore[attr-defined]
    elif there and "allowoverwrite" not in unload.options:
        raise Failed(_NOT_EMPTY)


def _parts(table: Table, unload: Unload) -> Iterator[tuple[str, Table]]:
    if not unload.partitions:
        yield "", table
        return
    kept = table.names if "include" in unload.options else None
    for values, part in table.split(unload.partitions, kept):
        folder = "".join(
            f"{name}={_NO_VALUE if value is None else quote(value, safe='')}/"
            for name, value in zip(unload.partitions, values, strict=True)
        )
        yield folder, part


def _check_partitions(unload: Unload, table: Table) -> None:
    for name in unload.partitions:
        if name not in table.names:
            raise Failed(f'column "{name}" of PARTITION BY is not in the query', code="42703")
    if unload.partitions and set(unload.partitions) == set(table.names):
        raise Failed("PARTITION BY cannot have every column of the query")


def _manifest(unload: Unload, table: Table, written: list[Written]) -> bytes:
    verbose = "verbose" in unload.options
    entries = []
    for each in written:
        meta = {"content_length": each.size} | ({"record_count": each.rows} if verbose else {})
        entries.append({"url": each.uri, "meta": meta})
    told: dict[str, Any] = {"entries": entries}
    if verbose:
        sizes = {"content_length": sum(each.size for each in written), "record_count": table.rows}
        told |= {
            "schema": {"elements": table.schema()},
            "meta": sizes,
            "author": {"name": "Amazon Redshift", "version": "1.0.0"},
        }
    return json.dumps(told, indent=2).encode()


def _check(found: Mapping[str, Any], query: str, prefix: str) -> None:
    if not prefix.startswith("s3://"):
        raise Failed(f"UNLOAD writes to s3:// only, not to {prefix}", code=SYNTAX)
    for first, others in _CLASHES.items():
        for other in others if first in found else ():
            if other in found:
                raise Failed(f"{first.upper()} cannot be used with {other.upper()}", code=SYNTAX)
    if "fixedwidth" in found:
        raise Failed("the local Redshift does not do UNLOAD with FIXEDWIDTH")
    if not 5 <= float(found.get("maxfilesize", 5)) <= 6349:
        raise Failed("MAXFILESIZE must be between 5 MB and 6.2 GB")
    if unload_files.has_outer_limit(query):
        raise Failed("Limit clause is not supported in UNLOAD", code=SYNTAX)
