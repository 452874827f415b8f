"""The readable side: `s3/<bucket>/<key>` is a hard link of the current version, where it can be."""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from moto.s3.models import FakeBucket, s3_backends

from local_cloud import context
from local_cloud.s3 import versions
from local_cloud.s3.stored import StoredKey

log = logging.getLogger(__name__)

# Held while a key's versions and its link change, so that `sync` never sees one without the other.
lock = threading.RLock()
_BUCKET = re.compile(r"[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]")
_LONGEST_COMPONENT = 255
_LONGEST_PATH = 4000


def is_bucket_name(name: str) -> bool:
    """Whether AWS takes the name; such a name is also a safe directory."""
    return _BUCKET.fullmatch(name) is not None


def path(bucket: str, key: str) -> Path | None:
    """Where a key is to be read, or None for a key that cannot be a path below its bucket."""
    parts = [part.encode() for part in key.split("/")]
    if any(not 0 < len(part) <= _LONGEST_COMPONENT or b"\0" in part for part in parts):
        return None
    if b"." in parts or b".." in parts or not is_bucket_name(bucket):
        return None
    whole = context.current().s3_root / bucket / key
    return whole if len(os.fsencode(whole)) <= _LONGEST_PATH else None


def publish(bucket: FakeBucket, key: str) -> None:
    """Make the link of a key show its current version; none when there is no such."""
    where = path(bucket.name, key)
    if where is None:
        return
    current = bucket.keys.get(key)
    if not isinstance(current, StoredKey):
        _withdraw(where, context.current().s3_root / bucket.name)
        return
    try:
        _link(current.path, where)
        current.published = True
    except OSError:  # `a` and `a/b` are both keys: one of them is a directory here
        current.published = False


def remove_bucket(name: str) -> None:
    """Remove what is left of a deleted bucket, empty directories as a rule."""
    if is_bucket_name(name):
        shutil.rmtree(context.current().s3_root / name, ignore_errors=True)


def repair() -> None:
    """Forget versions without a file, delete files without a version, link again."""
    used = set()
    with lock:
        for bucket in buckets():
            for name in list(bucket.keys):
                found = bucket.keys.getlist(name)
                kept = [each for each in found if not _is_lost(each)]
                if len(kept) < len(found):
                    log.warning(
                        "%s/%s lost %d version(s)", bucket.name, name, len(found) - len(kept)
                    )
                    dict.__setitem__(bucket.keys, name, kept)
                if not kept:
                    dict.pop(bucket.keys, name)
                    continue
                used |= {each.body.name for each in kept if isinstance(each, StoredKey)}
                publish(bucket, name)
            for upload in bucket.multiparts.values():
                used |= {part.body.name for part in upload.parts.values()}
        for file in versions.folder().glob("*/*"):
            if file.name not in used:
                file.unlink(missing_ok=True)


def buckets() -> Iterator[FakeBucket]:
    """Every bucket of every account."""
    for _, _, backend in list(s3_backends.iter_backends()):
        yield from list(backend.buckets.values())


def _is_lost(version: object) -> bool:
    return isinstance(version, StoredKey) and not version.path.exists()


def _link(source: Path, where: Path) -> None:
    with suppress(OSError):
        # Renaming one link of a file over another does nothing, and would leave the first.
        if where.samefile(source):
            return
    where.parent.mkdir(parents=True, exist_ok=True)
    draft = versions.folder() / f"link-{uuid.uuid4().hex}"
    os.link(source, draft)
    try:
        draft.replace(where)
    except OSError:
        draft.unlink()
        raise


def _withdraw(where: Path, root: Path) -> None:
    with suppress(OSError):
        where.unlink()
        for folder in where.parents:
            if folder == root:
                return
            folder.rmdir()  # fails, and ends this, at the first that is not empty
