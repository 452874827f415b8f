"""PutObject and UploadPart, streamed to a file while they arrive."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.s3.responses import S3Response

from local_cloud.fidelity.patching import around
from local_cloud.not_implemented import Application
from local_cloud.s3 import requests, versions
from local_cloud.s3.chunked import Incomplete, Trailers, pieces
from local_cloud.s3.versions import Body

ENVIRON = "local_cloud.body"
_CHECKSUMS: dict[str, Callable[[], Any]] = {
    "crc32": lambda: Crc32(),
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
}


class BadDigest(Exception):
    """The body is not what its sender announced."""


class Uploads:
    """WSGI layer: takes the body of an upload away and leaves moto a note where it is."""

    def __init__(self, application: Application) -> None:
        self.application = application
        _hand_over()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does, or 400 for a body that is cut off or damaged."""
        if not _is_upload(environ):
            return self.application(environ, start_response)
        try:
            body = _receive(environ)
        except Incomplete:
            return _refuse(start_response, "IncompleteBody", "the body ended before its length")
        except BadDigest as wrong:
            return _refuse(start_response, "BadDigest", str(wrong))
        environ[ENVIRON] = body
        answer = self.application(environ, start_response)
        if ENVIRON in environ:  # moto refused the upload before it took the body
            versions.delete(body.name)
        return answer


class Crc32:
    """zlib's CRC-32 with the manners of hashlib."""

    def __init__(self) -> None:
        self.value = 0

    def update(self, piece: bytes) -> None:
        """Take in a piece."""
        self.value = zlib.crc32(piece, self.value)

    def digest(self) -> bytes:
        """Four bytes, big-endian, as S3 encodes it."""
        return self.value.to_bytes(4, "big")


def _hand_over() -> None:
    """Let moto's handlers see the note as their body."""

    def take(original: Any, self: S3Response) -> Any:
        if ENVIRON in self.request.environ:
            self.body = self.request.environ.pop(ENVIRON)
        return original(self)

    for name in ("put_object", "upload_part"):
        handler = lambda original, self: take(original, self)  # noqa: E731
        handler.__name__ = name
        around(S3Response)(handler)


def _is_upload(environ: dict[str, Any]) -> bool:
    if environ["REQUEST_METHOD"] != "PUT" or "HTTP_X_AMZ_COPY_SOURCE" in environ:
        return False
    query = requests.query_of(environ)
    bucket, key = requests.object_of(environ)
    return (
        bool(bucket and key)
        and requests.is_s3(environ, query)
        and not requests.beyond(query, {"partNumber", "uploadId"})
    )


def _receive(environ: dict[str, Any]) -> Body:
    """Write the body to a file, verify it, and make the request look as if it had none."""
    trailers: Trailers = {}
    digest = hashlib.md5(usedforsecurity=False)
    algorithm = _algorithm(environ)
    checksum = _CHECKSUMS[algorithm]() if algorithm in _CHECKSUMS else None
    name, size = versions.new(), 0
    try:
        with versions.path(name).open("wb") as file:
            for piece in _body(environ, trailers):
                digest.update(piece)
                if checksum:
                    checksum.update(piece)
                file.write(piece)
                size += len(piece)
        _verify(environ, trailers, digest.digest(), algorithm, checksum)
    except BaseException:
        versions.delete(name)
        raise
    _leave_no_body(environ, algorithm, checksum)
    return Body(name, size, digest.hexdigest())


def _algorithm(environ: dict[str, Any]) -> str:
    named = environ.get("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM") or environ.get(
        "HTTP_X_AMZ_TRAILER", ""
    )
    if named:
        return str(named).lower().removeprefix("x-amz-checksum-")
    sent = (each for each in _CHECKSUMS if f"HTTP_X_AMZ_CHECKSUM_{each.upper()}" in environ)
    return next(sent, "")


def _body(environ: dict[str, Any], trailers: Trailers) -> Iterator[bytes]:
    stream, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH")
    if environ.get("wsgi.input_terminated"):
        length = None
    elif not length:
        return iter(())
    chunked = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-")
    return pieces(stream, None if length is None else int(length), trailers, chunked=chunked)


def _verify(
    environ: dict[str, Any], trailers: Trailers, md5: bytes, algorithm: str, checksum: Any
) -> None:
    announced = environ.get("HTTP_CONTENT_MD5")
    if announced and announced != base64.b64encode(md5).decode():
        raise BadDigest("the Content-MD5 you specified did not match what we received")
    header = environ.get(f"HTTP_X_AMZ_CHECKSUM_{algorithm.upper()}")
    announced = trailers.get(f"x-amz-checksum-{algorithm}", header)
    if checksum and announced and announced != base64.b64encode(checksum.digest()).decode():
        raise BadDigest(f"the {algorithm.upper()} you specified did not match what we received")


def _leave_no_body(environ: dict[str, Any], algorithm: str, checksum: Any) -> None:
    environ["wsgi.input"] = io.BytesIO()
    environ["CONTENT_LENGTH"] = "0"
    environ["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"
    for header in ("HTTP_TRANSFER_ENCODING", "HTTP_X_AMZ_TRAILER"):
        environ.pop(header, None)
    if checksum:
        environ["HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"] = algorithm.upper()
        told = base64.b64encode(checksum.digest()).decode()
        environ[f"HTTP_X_AMZ_CHECKSUM_{algorithm.upper()}"] = told
    else:  # moto would compute it of the empty body
        environ.pop("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", None)


def _refuse(start_response: Any, code: str, message: str) -> list[bytes]:
    start_response("400 Bad Request", [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()]
