"""Objects as tests read them."""

from __future__ import annotations

from typing import Any


def body(s3: Any, bucket: str, key: str, **options: Any) -> bytes:
    """The bytes of an object, or of what `options` name of it."""
    found: bytes = s3.get_object(Bucket=bucket, Key=key, **options)["Body"].read()
    return found
