"""Which files a COPY reads: those of a prefix, or those a manifest names.

https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
"""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local_cloud.redshift.errors import Failed, internal
from local_cloud.redshift.objects import Objects

_WHERE = "spectrum_manifest.cpp:204"


@dataclass(frozen=True)
class Source:
    """One object to load; `length` is what a manifest says of its size."""

    uri: str
    length: int | None = None


def sources(
    objects: Objects, uri: str, *, is_manifest: bool, is_columnar: bool, query: int
) -> list[Source]:
    """What to read, in order. Raises Failed where Redshift would load nothing."""
    if not uri.startswith("s3://"):
        raise Failed(f"The data source {uri} is not supported: the local Redshift reads s3:// only")
    if is_manifest:
        found = _listed(objects, uri, is_columnar, query)
    else:
        found = [Source(each) for each in _below(objects, uri)]
    if not found:
        raise Failed(f"The specified S3 prefix '{_key(uri)}' does not exist")
    return found


def read(objects: Objects, source: Source, compression: str | None) -> bytes:
    """The object, decompressed. Raises Failed when it is not what `compression` says."""
    content = objects.read(source.uri)
    try:
        return _OPENED[compression](content)
    except (OSError, EOFError, ValueError) as wrong:
        raise Failed(f"The file {source.uri} is not {compression}: {wrong}") from wrong


def _below(objects: Objects, uri: str) -> list[str]:
    try:
        return list(objects.list(uri))
    except (KeyError, FileNotFoundError) as missing:
        raise Failed(
            "S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket"
        ) from missing


def _listed(objects: Objects, uri: str, is_columnar: bool, query: int) -> list[Source]:
    return [
        source
        for entry in _entries(objects, uri)
        for source in _entry(objects, entry, is_columnar, query)
    ]


def _entries(objects: Objects, uri: str) -> list[dict[str, Any]]:
    try:
        told = json.loads(objects.read(uri))
        entries = list(told["entries"])
    except (KeyError, FileNotFoundError) as missing:
        raise Failed(
            f"Problem reading manifest file - S3ServiceException:The specified key does not exist.,"
            f"Status 404,Error NoSuchKey: {uri}"
        ) from missing
    except (ValueError, TypeError) as wrong:
        raise Failed(f"Problem reading manifest file - {wrong}: {uri}") from wrong
    return entries


def _entry(
    objects: Objects, entry: dict[str, Any], is_columnar: bool, query: int
) -> Iterator[Source]:
    if "url" not in entry:
        raise internal("File entry does not have 'url' key.", 15003, "", query, _WHERE)
    uri, length = str(entry["url"]), None
    if is_columnar:
        length = _length(entry, query)
    try:
        actual = objects.size(uri)
    except (KeyError, FileNotFoundError) as missing:
        if entry.get("mandatory"):
            raise Failed(
                f"Problem reading manifest file - the mandatory file {uri} does not exist: "
                "S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey"
            ) from missing
        return
    if length is not None and length != actual:
        raise internal(
            "S3 Query Exception (Fetch)",
            15001,
            f"HTTP response error code: 416 Message: InvalidRange The requested range is not "
            f"satisfiable, File name: {uri}, manifest: {length} bytes, object: {actual} bytes",
            query,
        )
    yield Source(uri, length)


def _length(entry: dict[str, Any], query: int) -> int:
    """A columnar file is read by ranges, so the manifest must say how long it is."""
    meta = entry.get("meta")
    if not isinstance(meta, dict):
        raise internal("File entry does not have 'meta' key.", 15003, "", query, _WHERE)
    if not isinstance(meta.get("content_length"), int):
        message = "File entry does not have 'content_length' key."
        raise internal(message, 15003, "", query, _WHERE)
    return int(meta["content_length"])


def _key(uri: str) -> str:
    return uri.removeprefix("s3://").partition("/")[2]


def _zstd(content: bytes) -> bytes:
    with pa.input_stream(pa.BufferReader(content), compression="zstd") as stream:
        return bytes(stream.read())


_OPENED: dict[str | None, Callable[[bytes], bytes]] = {
    None: lambda content: content,
    "gzip": gzip.decompress,
    "bzip2": bz2.decompress,
    "zstd": _zstd,
}
