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
    root = str(context.current().s3_root / bucket.name)
    seen, changed = set(), 0
    for file in _files(root):
        key = file[len(root) + 1 :]
        seen.add(key)
        changed += _register(backend, bucket, key, file)
    gone = [name for name in list(bucket.keys) if name not in seen]
    return changed + sum(_drop(backend, bucket, name) for name in gone)


def _files(root: str) -> Iterator[str]:
    """What a reader of the bucket should see: no checksum files, no unfinished output."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(each for each in folders if not _is_hidden(each))
        yield from (f"{folder}/{name}" for name in sorted(names) if not _is_hidden(name))


def _is_hidden(name: str) -> bool:
    return name == "_temporary" or (
        name.startswith(".") and (name.endswith(".crc") or name.startswith(".spark-staging"))
    )


def _register(backend: S3Backend, bucket: FakeBucket, key: str, file: str) -> int:
    try:
        if _is_the_same(bucket.keys.get(key), os.lstat(file)):  # nearly always: no lock for it
            return 0
    except FileNotFoundError:
        return 0  # deleted or renamed meanwhile
    with tree.lock:
        try:
            found = os.lstat(file)
        except FileNotFoundError:
            return 0
        if not stat.S_ISREG(found.st_mode) or tree.path(bucket.name, key) is None:
            return 0
        if _is_the_same(bucket.keys.get(key), found):
            return 0
        # S3 promises no MD5; one that changes with the content spares us reading it
        mark = f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"
        etag = versions._md5(mark.encode()).hexdigest()
        backend.put_object(bucket.name, key, versions.link(Path(file), etag))
    return 1


def _is_the_same(current: object, found: os.stat_result) -> bool:
    if not isinstance(current, StoredKey) or current.contentsize != found.st_size:
        return False
    # A version's file keeps its inode from others for as long as it is there.
    if current.inode != found.st_ino:
        try:
            current.inode = current.path.stat().st_ino
        except FileNotFoundError:
            return False
    return current.inode == found.st_ino


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
