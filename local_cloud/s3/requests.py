"""Which HTTP requests are S3's, and which object they mean."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs


def is_s3(environ: dict[str, Any], query: dict[str, list[str]]) -> bool:
    """Whether a request was signed for S3, in its header or in its URL."""
    credential = query.get("X-Amz-Credential", [""])[0]
    signed = environ.get("HTTP_AUTHORIZATION", "") + credential
    return "/s3/aws4_request" in signed and not environ["PATH_INFO"].startswith("/v20180820/")


def query_of(environ: dict[str, Any]) -> dict[str, list[str]]:
    """The query parameters, blank ones too."""
    return parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)


def object_of(environ: dict[str, Any]) -> tuple[str, str]:
    """Bucket and key of a path-style request; either may be empty."""
    # WSGI hands over the path percent-decoded, as latin-1
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    bucket, _, key = path.removeprefix("/").partition("/")
    return bucket, key


def beyond(query: dict[str, list[str]], known: set[str]) -> bool:
    """Whether a query asks for something else than `known`; signatures are nothing else."""
    return any(not name.lower().startswith("x-") and name not in known for name in query)
