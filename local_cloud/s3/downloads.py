"""GetObject, streamed from the version's file; whole or one range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.s3.utils import ARCHIVE_STORAGE_CLASSES

from local_cloud.not_implemented import Application
from local_cloud.s3 import requests, versions
from local_cloud.s3.stored import StoredKey

# Left to moto, which reads the whole body: rare, and small where it happens.
_LEFT_TO_MOTO = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_NONE_MATCH")


class Downloads:
    """WSGI layer: answers the plain GETs of objects itself."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Stream the object, or let moto answer."""
        opened = _opened(environ)
        if opened is None:
            return self.application(environ, start_response)
        key, source = opened
        begin, end, status = _range(environ.get("HTTP_RANGE", ""), key.contentsize)
        if begin > end and key.contentsize:
            source.close()
            return self.application(environ, start_response)  # an error in its own words
        headers = _headers(key, environ)
        if status.startswith("206"):
            headers["Content-Range"] = f"bytes {begin}-{end}/{key.contentsize}"
        headers["Content-Length"] = str(end - begin + 1)
        start_response(status, list(headers.items()))
        return versions.pieces(source, key.offset + begin, end - begin + 1)


def _opened(environ: dict[str, Any]) -> tuple[StoredKey, IO[bytes]] | None:
    """The version that a request means, and its file: one that is replaced now can still be read.

    What was replaced between the look and the opening is looked for again, as S3 answers with the
    old or the new object and with nothing else.
    """
    gone = None
    while (key := _wanted(environ)) is not None and key is not gone:
        try:
            return key, key.path.open("rb")
        except FileNotFoundError:
            gone = key
    return None


def _wanted(environ: dict[str, Any]) -> StoredKey | None:
    """The version a request means, None unless it is a plain GET of one that is there."""
    query = requests.query_of(environ)
    if (
        environ["REQUEST_METHOD"] != "GET"
        or any(header in environ for header in _LEFT_TO_MOTO)
        or not requests.is_s3(environ, query)
        or requests.beyond(query, {"versionId"})
    ):
        return None
    bucket_name, name = requests.object_of(environ)
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(bucket_name)
    found = bucket.keys.getlist(name, []) if bucket else []
    version = query.get("versionId", [None])[0]
    found = [each for each in found if version is None or str(each.version_id) == version]
    key = found[-1] if found else None
    if not isinstance(key, StoredKey) or key.storage_class in ARCHIVE_STORAGE_CLASSES:
        return None
    etag = key.etag.strip('"')
    return key if environ.get("HTTP_IF_MATCH", etag).strip('"') == etag else None


def _range(header: str, size: int) -> tuple[int, int, str]:
    """First and last byte and the status; first > last when the range cannot be satisfied."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if match is None or match[0] == "bytes=-":
        return 0, size - 1, "200 OK"
    if match[1]:
        last = min(int(match[2]), size - 1) if match[2] else size - 1
        return int(match[1]), last, "206 Partial Content"
    return max(0, size - int(match[2])), size - 1, "206 Partial Content"


def _headers(key: StoredKey, environ: dict[str, Any]) -> dict[str, str]:
    headers = {name: str(value) for name, value in {**key.metadata, **key.response_dict}.items()}
    headers.pop("content-length")
    headers["Accept-Ranges"] = "bytes"
    if key.version_id != "null":
        headers["x-amz-version-id"] = key.version_id
    asked = environ.get("HTTP_X_AMZ_CHECKSUM_MODE") == "ENABLED" and "HTTP_RANGE" not in environ
    if asked and key.checksum_algorithm and key.checksum_value and key.multipart is None:
        headers[f"X-Amz-Checksum-{key.checksum_algorithm.title()}"] = key.checksum_value
    return headers
