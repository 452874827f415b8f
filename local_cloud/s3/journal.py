"""What happened to objects since the last snapshot, on disk before it is acknowledged.

Segments `state/journal/<number>` hold records: length, CRC-32, pickle. A record carries the whole
list of a key's versions, so that replaying one twice does no harm. A snapshot opens a new segment
before it looks at the state, and deletes the older ones once it is safely on disk.
"""

from __future__ import annotations

import logging
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import FakeBucket, FakeMultipart, s3_backends

from local_cloud import context, pickling
from local_cloud.not_implemented import Application
from local_cloud.s3.stored import StoredKey

log = logging.getLogger(__name__)

_HEAD = struct.Struct(">II")
_lock = threading.RLock()
_request = threading.local()
_segment: IO[bytes] | None = None
_number = 0


class Journaled:
    """WSGI layer: what a request changed is in the journal before its answer leaves."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does."""
        _request.touched = {}
        try:
            answer = self.application(environ, start_response)
            for bucket, key in _request.touched.values():
                _write_key(bucket, key)
        finally:
            _request.touched = None
        return answer


def touch(bucket: FakeBucket, key: str) -> None:
    """A key's versions changed: note them at the end of the request, or at once outside of one."""
    touched = getattr(_request, "touched", None)
    if touched is None:
        _write_key(bucket, key)
    else:
        touched[(bucket.name, key)] = (bucket, key)


def note_upload(bucket: str, upload: str, state: FakeMultipart | None) -> None:
    """A multipart upload began, or (None) ended."""
    _write(("upload", bucket, upload, state))


def note_part(bucket: str, upload: str, number: int, part: StoredKey) -> None:
    """A part arrived."""
    _write(("part", bucket, upload, number, part))


def rotate() -> int:
    """Open the next segment; answers its number. For a snapshot that is about to be taken."""
    global _segment, _number
    with _lock:
        _number = max([_number, *_segments()]) + 1
        if _segment is not None:
            _segment.close()
        _segment = _path(_number).open("ab", buffering=0)
        return _number


def forget_before(number: int) -> None:
    """Delete the segments a snapshot made superfluous."""
    for old in _segments():
        if old < number:
            _path(old).unlink(missing_ok=True)


def replay(first: int) -> int:
    """Apply all segments from `first` on; answers how many records there were."""
    applied = 0
    for number in sorted(each for each in _segments() if each >= first):
        for record in _records(_path(number)):
            _apply(record)
            applied += 1
    return applied


def _write_key(bucket: FakeBucket, key: str) -> None:
    with _lock:  # the list and its place in the journal must agree
        found = list(bucket.keys.getlist(key) or [])
        tagger = s3_backends[bucket.account_id]["aws"].tagger
        tags = {
            each.arn: tagger.get_tag_dict_for_resource(each.arn)
            for each in found
            if isinstance(each, StoredKey)
        }
        _write(("key", bucket.name, bucket.account_id, bucket.versioning_status, key, found, tags))


def _write(record: tuple[Any, ...]) -> None:
    raw = pickling.dumps(record)
    with _lock:
        if _segment is None:
            rotate()
        assert _segment is not None  # noqa: S101 - for the type checker
        _segment.write(_HEAD.pack(len(raw), zlib.crc32(raw)) + raw)


def _records(path: Path) -> Iterator[tuple[Any, ...]]:
    """The whole records; the last one of a crash may be torn."""
    with path.open("rb") as segment:
        while len(head := segment.read(_HEAD.size)) == _HEAD.size:
            length, crc = _HEAD.unpack(head)
            raw = segment.read(length)
            if len(raw) < length or zlib.crc32(raw) != crc:
                log.warning("%s ends in a torn record, which is left out", path.name)
                return
            yield pickling.loads(raw)


def _apply(record: tuple[Any, ...]) -> None:
    kind, bucket_name, *rest = record
    if kind == "key":
        _apply_key(bucket_name, *rest)
        return
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets.get(bucket_name)
    if bucket is None:
        return
    if kind == "part":
        upload, number, part = rest
        if upload in bucket.multiparts:
            _take_part(bucket.multiparts[upload], number, part)
    elif rest[1] is None:
        bucket.multiparts.pop(rest[0], None)
    else:
        bucket.multiparts[rest[0]] = rest[1]


def _apply_key(
    bucket_name: str,
    account: str,
    versioning: str,
    key: str,
    found: list[Any],
    tags: dict[str, Any],
) -> None:
    backend = s3_backends[account]["aws"]
    if bucket_name not in backend.buckets:
        if not found:
            return
        backend.create_bucket(bucket_name, "us-east-1").versioning_status = versioning
    keys = backend.buckets[bucket_name].keys
    dict.pop(keys, key, None)  # past moto's own ways, which delete the files
    if found:
        dict.__setitem__(keys, key, found)
    for arn, values in tags.items():
        backend.tagger.delete_all_tags_for_resource(arn)
        backend.tagger.tag_resource(arn, [{"Key": k, "Value": v} for k, v in values.items()])


def _take_part(upload: FakeMultipart, number: int, part: StoredKey) -> None:
    upload.parts[number] = part
    upload.partlist = sorted({*upload.partlist, number})


def _segments() -> list[int]:
    return [int(path.name) for path in _folder().iterdir() if path.name.isdigit()]


def _path(number: int) -> Path:
    return _folder() / f"{number:08d}"


def _folder() -> Path:
    folder = context.current().state / "journal"
    folder.mkdir(exist_ok=True)
    return folder
