"""S3 as a session sees it: URIs and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local_cloud import context

FAULT = 500  # and above: of the cloud, which is no answer about an object


class Objects(Protocol):
    """What COPY and UNLOAD need; a URI is `s3://bucket/key`. What is missing is a KeyError."""

    def read(self, uri: str) -> bytes:
        """The whole object."""

    def size(self, uri: str) -> int:
        """Its bytes."""

    def list(self, prefix: str) -> list[str]:
        """The URIs that begin so, sorted."""

    def write(self, uri: str, content: bytes) -> None:
        """Make or replace the object."""


class CloudObjects:
    """The buckets of this cloud, over HTTP: what is written is announced as any object."""

    def __init__(self, region: str) -> None:
        self._client: Any = boto3.client(
            "s3",
            region_name=region,
            endpoint_url=context.current().endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the local cloud's own
            config=Config(retries={"total_max_attempts": 1}),
        )

    def read(self, uri: str) -> bytes:
        """The whole object. Raises KeyError."""
        return bytes(self._ask("get_object", uri)["Body"].read())

    def size(self, uri: str) -> int:
        """Its bytes. Raises KeyError."""
        return int(self._ask("head_object", uri)["ContentLength"])

    def list(self, prefix: str) -> list[str]:
        """The URIs that begin so, sorted. Raises KeyError when there is no such bucket."""
        bucket, key = _parts(prefix)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=key)
        with _absent(prefix):
            keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return [f"s3://{bucket}/{each}" for each in sorted(keys)]

    def write(self, uri: str, content: bytes) -> None:
        """Make or replace the object. Raises KeyError when there is no such bucket."""
        self._ask("put_object", uri, Body=content)

    def delete(self, uri: str) -> None:
        """Remove the object."""
        self._ask("delete_object", uri)

    def _ask(self, operation: str, uri: str, **options: Any) -> Any:
        bucket, key = _parts(uri)
        with _absent(uri):
            return getattr(self._client, operation)(Bucket=bucket, Key=key, **options)


@contextmanager
def _absent(uri: str) -> Iterator[None]:
    """Raise KeyError where S3 refuses; a fault of S3 stays what it is."""
    try:
        yield
    except ClientError as refused:
        if refused.response["ResponseMetadata"]["HTTPStatusCode"] >= FAULT:
            raise
        raise KeyError(uri) from refused


def _parts(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key
