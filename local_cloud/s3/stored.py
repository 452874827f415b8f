"""moto's key, with its body in a file instead of memory."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from moto.s3 import models

from local_cloud.s3 import versions
from local_cloud.s3.versions import Body


class StoredKey(models.FakeKey):
    """An object version (or an uploaded part): metadata in memory, body in `versions/`."""

    body: Body | None = None
    offset = 0  # of a part inside the completed object
    owns_body = True
    inode: int | None = None  # of the body's file, once somebody has looked
    published = False  # whether `s3/<bucket>/<key>` is a link of this version

    @property
    def value(self) -> bytes:
        """The whole body; for the few who need it in memory."""
        return b"".join(versions.read(self.path, self.offset, self.contentsize))

    @value.setter
    def value(self, content: bytes | str | Body) -> None:
        raw = content.encode() if isinstance(content, str) else content
        body = raw if isinstance(raw, Body) else versions.write(bytes(raw))
        if self.body is not None and self.owns_body:
            versions.delete(self.body.name)
        self.body, self.contentsize, self.inode = body, body.size, None
        self._etag = self._etag or body.etag
        self._value_buffer = None

    @property
    def path(self) -> Path:
        """The file that holds the body."""
        assert self.body is not None  # noqa: S101 - set when the key was made
        return versions.path(self.body.name)

    @property
    def etag(self) -> str:
        """Quoted, as in headers."""
        return f'"{self._etag}"'

    def become_part_of(self, whole: Body, offset: int) -> None:
        """The completed object holds these bytes now; the part's own file goes."""
        self.dispose()
        self.body, self.offset, self.owns_body, self.disposed = whole, offset, False, False
        self.inode = None

    def dispose(self, garbage: bool = False) -> None:
        """Delete the body; called by moto when a version ceases to be."""
        if garbage or self.disposed:
            return
        self.disposed = True
        if self.body is not None and self.owns_body:
            versions.delete(self.body.name)

    def __del__(self) -> None:
        """A forgotten object is no reason to delete a file."""

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the lock; the body is a file name."""
        left_out = ("lock", "_value_buffer")
        return {name: value for name, value in self.__dict__.items() if name not in left_out}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._value_buffer = None
        self.lock = threading.Lock()


class Copied:
    """A source key as `copy_object` should see it: its body by link, not by value."""

    def __init__(self, source: StoredKey) -> None:
        self._source = source

    @property
    def value(self) -> Body:
        """A link of the source's file. The ETag of a composed object becomes an opaque one."""
        etag = self._source.etag.strip('"')
        if "-" in etag:
            etag = versions._md5(etag.encode()).hexdigest()
        return versions.link(self._source.path, etag)

    @property
    def multipart(self) -> None:
        """A copy is one piece."""
        return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)
