"""Files that Spark wrote below `s3/<bucket>/` become objects, with their events."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from moto.s3.models import FakeBucket, S3Backend, s3_backends

from local_cloud import context
from local_cloud.s3 import tree, versions
from local_cloud.s3.stored import StoredKey

log = logging.getLogger(__name__)


def sync(bucket_name: str) -> int:
    """Register new and replaced files, remove objects whose file is gone; answers how many."""
    for _, _, backend in list(s3_backends.iter_backends()):
        if bucket_name in backend.buckets:
            return _sync(backend, backend.buckets[bucket_name])
    return 0


def sync_all() -> int:
    """The same for every bucket."""
    return sum(sync(bucket.name) for bucket in tree.buckets())


def _sync(backend: S3Backend, bucket: FakeBucket) -> int:
    root = context.current().s3_root / bucket.name
    changed = sum(_register(backend, bucket, root, file) for file in _files(root))
    return changed + sum(_drop(backend, bucket, name) for name in list(bucket.keys))


def _files(root: Path) -> Iterator[Path]:
    """What a reader of the bucket should see: no checksum files, no unfinished output."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if not _is_hidden(each))
        yield from (Path(folder, name) for name in sorted(names) if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name == "_temporary" or (
        name.startswith(".") and (name.endswith(".crc") or name.startswith(".spark-staging"))
    )


def _register(backend: S3Backend, bucket: FakeBucket, root: Path, file: Path) -> int:
    key = str(file.relative_to(root))
    with tree.lock:
        try:
            found = file.lstat()
        except FileNotFoundError:
            return 0  # deleted or renamed meanwhile
        if not stat.S_ISREG(found.st_mode) or tree.path(bucket.name, key) is None:
            return 0
        current = bucket.keys.get(key)
        if isinstance(current, StoredKey) and _is_the_same(current, found):
            return 0
        # S3 promises no MD5; one that changes with the content spares us reading it
        mark = f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"
        etag = versions._md5(mark.encode()).hexdigest()
        backend.put_object(bucket.name, key, versions.link(file, etag))
    return 1


def _is_the_same(current: StoredKey, found: os.stat_result) -> bool:
    try:
        kept = current.path.stat()
    except FileNotFoundError:
        return False
    return (kept.st_ino, current.contentsize) == (found.st_ino, found.st_size)


def _drop(backend: S3Backend, bucket: FakeBucket, key: str) -> int:
    with tree.lock:
        current = bucket.keys.get(key)
        where = tree.path(bucket.name, key)
        if not isinstance(current, StoredKey) or not current.published or where is None:
            return 0
        if os.path.lexists(where):
            return 0
        backend.delete_object(bucket.name, key)
    return 1
