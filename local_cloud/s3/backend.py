"""moto's S3 backend, on disk: put, copy, delete, and what a bucket leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.s3 import models, notifications
from moto.s3.exceptions import InvalidBucketName
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.utils import _VersionedKeyStore

from local_cloud.fidelity.patching import around
from local_cloud.s3 import journal, tree
from local_cloud.s3.stored import Copied, StoredKey

_EVENTS = {
    "POST": notifications.S3NotificationEvent.OBJECT_CREATED_POST_EVENT,
    "PUT": notifications.S3NotificationEvent.OBJECT_CREATED_PUT_EVENT,
}


def install() -> None:
    """Patch the backend; moto's own code makes keys through the module's name `FakeKey`."""
    models.FakeKey = StoredKey
    # moto disposes of the last version of a key, and forgets that it may be a delete marker.
    models.FakeDeleteMarker.dispose = _nothing_to_dispose_of
    _VersionedKeyStore.iterlists = _versions_of_each_key
    _VersionedKeyStore.setlist = _replace
    _VersionedKeyStore.pop = _remove
    _objects()
    _deletions()
    _buckets()


def _versions_of_each_key(keys: _VersionedKeyStore) -> Iterator[tuple[str, list[Any]]]:
    """Key and versions, passing over keys that another request deletes meanwhile."""
    for key in list(keys):
        versions = keys.getlist(key)
        if versions:
            yield key, list(versions)


def _replace(keys: _VersionedKeyStore, key: str, versions: Any) -> None:
    """Give a key its new versions before the old ones are disposed of: moto does it after, and who
    reads between the two finds neither.
    """
    before, now = keys.getlist(key, []), versions if isinstance(versions, list) else [versions]
    dict.__setitem__(keys, key, now)
    for each in before:
        if each not in now:
            each.dispose()


def _remove(keys: _VersionedKeyStore, key: str) -> None:
    """Forget a key, and dispose of its versions after that."""
    for each in dict.pop(keys, key):
        each.dispose()


def _nothing_to_dispose_of(marker: models.FakeDeleteMarker, garbage: bool = False) -> None:
    """A delete marker has no body."""


def _objects() -> None:
    @around(S3Backend)
    def put_object(
        original: Any,
        self: S3Backend,
        bucket_name: str,
        key_name: str,
        *args: Any,
        request_method: str = "PUT",
        disable_notification: bool = False,
        **options: Any,
    ) -> StoredKey:
        with tree.lock:
            key = original(self, bucket_name, key_name, *args, disable_notification=True, **options)
            bucket = self.get_bucket(bucket_name)
            tree.publish(bucket, key_name)
        journal.touch(bucket, key_name)
        if not disable_notification:  # whoever hears of the object finds its file
            notifications.send_event(self.account_id, _EVENTS[request_method], bucket, key)
        return key

    @around(S3Backend)
    def copy_object(
        original: Any, self: S3Backend, src_key: StoredKey, *args: Any, **kw: Any
    ) -> None:
        original(self, Copied(src_key), *args, **kw)

    for name in ("put_object_tagging", "put_object_acl", "put_object_legal_hold"):
        _journal_change_of_key(name)


def _journal_change_of_key(name: str) -> None:
    """Wrap a method whose first argument is a key, or a bucket name and a key name."""
    original = getattr(S3Backend, name)

    def changed(self: S3Backend, *args: Any, **options: Any) -> Any:
        result = original(self, *args, **options)
        given = [*args, *options.values()]
        key = next((each for each in given if isinstance(each, StoredKey)), None)
        bucket = key.bucket_name if key else options.get("bucket_name", args[0] if args else None)
        key_name = key.name if key else options.get("key_name", args[1] if len(args) > 1 else None)
        if bucket and key_name:
            journal.touch(self.get_bucket(bucket), key_name)
        return result

    changed.__name__ = name
    setattr(S3Backend, name, changed)


def _deletions() -> None:
    @around(S3Backend)
    def delete_object(
        original: Any, self: S3Backend, bucket_name: str, key_name: str, *args: Any, **kw: Any
    ) -> Any:
        with tree.lock:
            result = original(self, bucket_name, key_name, *args, **kw)
            bucket = self.get_bucket(bucket_name)
            tree.publish(bucket, key_name)
        journal.touch(bucket, key_name)
        return result


def _buckets() -> None:
    @around(S3Backend)
    def create_bucket(
        original: Any, self: S3Backend, bucket_name: str, *args: Any, **options: Any
    ) -> FakeBucket:
        if not tree.is_bucket_name(bucket_name):
            raise InvalidBucketName()
        return original(self, bucket_name, *args, **options)

    @around(S3Backend)
    def delete_bucket(original: Any, self: S3Backend, bucket_name: str) -> Any:
        with tree.lock:
            deleted = original(self, bucket_name)
            if deleted is not None:
                for upload in deleted.multiparts.values():
                    upload.dispose()
                tree.remove_bucket(bucket_name)
        return deleted
