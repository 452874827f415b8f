"""Multipart uploads: parts are files, completing joins them, nothing passes through memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML, NoSuchUpload
from moto.s3.models import FakeMultipart, S3Backend
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

from local_cloud.fidelity.patching import around, method
from local_cloud.s3 import journal, versions
from local_cloud.s3.stored import StoredKey
from local_cloud.s3.versions import Body


def install() -> None:
    """Patch moto's multipart uploads."""
    _completion()
    _parts()

    @around(S3Backend)
    def create_multipart_upload(
        original: Any, self: S3Backend, *args: Any, **kw: Any
    ) -> FakeMultipart:
        upload = original(self, *args, **kw)
        bucket_name = kw.get("bucket_name", args[0] if args else None)
        journal.note_upload(bucket_name, upload.id, upload)
        return upload

    @around(S3Backend)
    def abort_multipart_upload(
        original: Any, self: S3Backend, bucket_name: str, multipart_id: str
    ) -> None:
        upload = self.get_bucket(bucket_name).multiparts.get(multipart_id)
        original(self, bucket_name, multipart_id)
        upload.dispose()
        journal.note_upload(bucket_name, multipart_id, None)


def _completion() -> None:
    @method(FakeMultipart)
    def complete(self: FakeMultipart, body: Iterator[tuple[int, str]]) -> tuple[Body, str, None]:
        """The joined body and its ETag; no checksum of the whole is kept."""
        parts = _chosen(self, list(body))
        digests = hashlib.md5(usedforsecurity=False)
        for part in parts:
            digests.update(bytes.fromhex(part.etag.strip('"')))
        etag = f"{digests.hexdigest()}-{len(parts)}"
        return versions.join([part.path for part in parts], etag), etag, None

    @around(S3Backend)
    def complete_multipart_upload(
        original: Any, self: S3Backend, bucket_name: str, multipart_id: str, body: Any
    ) -> StoredKey:
        upload = self.get_bucket(bucket_name).multiparts.get(multipart_id)
        if upload is None:
            raise NoSuchUpload(upload_id=multipart_id)
        wanted = list(body)
        key = original(self, bucket_name, multipart_id, iter(wanted))
        offset = 0
        for number, part in sorted(upload.parts.items()):
            if number in dict(wanted):
                part.become_part_of(key.body, offset)
                offset += part.contentsize
            else:
                part.dispose()
        journal.note_upload(bucket_name, multipart_id, None)
        journal.touch(self.get_bucket(bucket_name), key.name)
        return key


def _chosen(upload: FakeMultipart, wanted: list[tuple[int, str]]) -> list[StoredKey]:
    """The parts a client lists, checked as S3 checks them."""
    if not wanted:
        raise MalformedXML
    parts = [upload.parts.get(number) for number, _ in wanted]
    for part, (_, etag) in zip(parts, wanted, strict=True):
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart()
    if any(part.contentsize < S3_UPLOAD_PART_MIN_SIZE for part in parts[:-1]):
        raise EntityTooSmall()
    return parts


def _parts() -> None:
    @around(S3Backend)
    def upload_part(
        original: Any,
        self: S3Backend,
        bucket_name: str,
        multipart_id: str,
        part_id: int,
        value: bytes | Body,
    ) -> StoredKey:
        if multipart_id not in self.get_bucket(bucket_name).multiparts:
            raise NoSuchUpload(upload_id=multipart_id)
        part = original(self, bucket_name, multipart_id, part_id, value)
        journal.note_part(bucket_name, multipart_id, part_id, part)
        return part

    @method(S3Backend)
    def upload_part_copy(
        self: S3Backend,
        dest_bucket_name: str,
        multipart_id: str,
        part_id: int,
        src_bucket_name: str,
        src_key_name: str,
        src_version_id: str | None,
        start_byte: int | None,
        end_byte: int | None,
    ) -> StoredKey:
        source = self.get_object(src_bucket_name, src_key_name, version_id=src_version_id)
        assert isinstance(source, StoredKey)  # noqa: S101 - for the type checker
        begin = start_byte or 0
        end = source.contentsize if end_byte is None else end_byte + 1
        body = versions.part_of(source.path, begin, max(0, end - begin))
        return self.upload_part(dest_bucket_name, multipart_id, part_id, body)
