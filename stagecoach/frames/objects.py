"""Whole objects as bytes, where rows are handled: on the workers, which have no file system of
Hadoop's. `s3://bucket/key` anywhere, `file:///path` in tests and benchmarks.
"""

from __future__ import annotations

import shutil
from pathlib import Path

FILE = "file://"


def read(uri: str) -> bytes:
    """The object's bytes. Raises Unavailable when S3 does not give them."""
    if uri.startswith(FILE):
        return _path(uri).read_bytes()
    from stagecoach import aws  # boto3 takes a while, and not every worker needs it

    return aws.read_uri(uri)


def size(uri: str) -> int:
    """The object's bytes."""
    if uri.startswith(FILE):
        return _path(uri).stat().st_size
    from stagecoach import aws

    return aws.size_of(*_place(uri))


def read_range(uri: str, start: int, length: int) -> bytes:
    """At most `length` bytes from `start`; fewer at the object's end."""
    if uri.startswith(FILE):
        with _path(uri).open("rb") as file:
            file.seek(start)
            return file.read(length)
    from stagecoach import aws

    return aws.read_range(*_place(uri), start, length)


def below(uri: str, suffix: str) -> list[str]:
    """The objects below a folder whose names end so, in order; none where there is no folder."""
    if uri.startswith(FILE):
        return sorted(f"{FILE}{path}" for path in _path(uri).rglob(f"*{suffix}"))
    from stagecoach import aws

    bucket, prefix = _place(uri)
    keys = (item["Key"] for item in aws.list_objects(bucket, f"{prefix}/"))
    return sorted(f"s3://{bucket}/{key}" for key in keys if key.endswith(suffix))


def write(uri: str, data: bytes) -> None:
    """Write an object, over one that may be there: all of it or nothing."""
    if uri.startswith(FILE):
        path = _path(uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return
    from stagecoach import aws

    aws.write_uri(uri, data)


def remove(uri: str) -> None:
    """Remove what is below a folder; one that is not there is removed already."""
    if uri.startswith(FILE):
        shutil.rmtree(_path(uri), ignore_errors=True)
        return
    from stagecoach import aws

    bucket, prefix = _place(uri)
    aws.delete_prefix(bucket, f"{prefix}/")


def _place(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _path(uri: str) -> Path:
    return Path(uri.removeprefix(FILE))
