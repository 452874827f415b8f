"""One file over HTTP: asked for only when it is new, whole, and within its time."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from stagecoach.errors import FetchFailed
from stagecoach.log import log

CHUNK = 2**20
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0  # without a byte
REDIRECTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
# Answers after which the same question may have another answer.
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
AGENT = "stagecoach"
CHECKSUM_MOST = 65_536


@dataclass(frozen=True)
class Known:
    """What the server said of the file that was landed last; its digest and size."""

    etag: str | None = None
    modified: str | None = None
    sha256: str | None = None
    size: int | None = None

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the file only if it is another one."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Downloaded:
    """A whole file, written where it was wanted; `attempts` counts the tries."""

    known: Known
    attempts: int


class Again(Exception):
    """One try came to nothing, another may not; the server asks for `after` seconds of patience."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


@dataclass
class Web:
    """Downloads with a limit of tries and of seconds for all of them together."""

    attempts: int = 4
    seconds: float = 600.0
    sleep: Callable[[float], None] = time.sleep
    _pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def download(self, url: str, known: Known, into: IO[bytes]) -> Downloaded | None:
        """Write the file into `into`; None when it is the known one.

        Raises FetchFailed with what the server did, when no try or no second is left.
        """
        give_up = time.monotonic() + self.seconds
        for attempt in range(1, self.attempts + 1):
            try:
                found = self._try(url, known, into, give_up)
                return None if found is None else Downloaded(found, attempt)
            except Again as failed:
                wait = max(min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT), failed.after)
                log("fetch again", url=url, attempt=attempt, reason=str(failed), wait=wait)
                if attempt == self.attempts or time.monotonic() + wait > give_up:
                    raise FetchFailed(
                        f"{url} was not to be had in {attempt} tries: {failed} - the table is as "
                        "it was, and the next turn of the schedule tries again"
                    ) from failed
                self.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def text(self, url: str) -> str:
        """A short text, such as a checksum. Raises FetchFailed."""
        into = io.BytesIO()
        self.download(url, Known(), into)
        if into.tell() > CHECKSUM_MOST:
            raise FetchFailed(f"{url} has {into.tell():,} bytes - wanted a line with a checksum")
        return into.getvalue().decode("utf-8", "replace")

    def _try(self, url: str, known: Known, into: IO[bytes], give_up: float) -> Known | None:
        answer = self._ask(url, known)
        try:
            if answer.status == 304:
                return None
            _check_status(url, answer)
            digest = self._receive(answer, into, give_up)
        finally:
            answer.release_conn()
        if digest == known.sha256:
            return None
        headers = answer.headers
        return Known(headers.get("ETag"), headers.get("Last-Modified"), digest, into.tell())

    def _ask(self, url: str, known: Known) -> Any:
        """The answer behind redirects, of which none leads from https to http."""
        for _ in range(REDIRECTS + 1):
            try:
                answer = self._pool.request(
                    "GET",
                    url,
                    headers={
                        **known.conditions,
                        "User-Agent": AGENT,
                        "Accept-Encoding": "identity",
                    },
                    timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
            except HTTPError as error:
                raise Again(_reason(error)) from error
            target = answer.get_redirect_location()
            if not target:
                return answer
            answer.release_conn()
            url = _followed(url, target)
        raise FetchFailed(f"{url} leads on more than {REDIRECTS} times - mend source.fetch.url")

    def _receive(self, answer: Any, into: IO[bytes], give_up: float) -> str:
        """Write the body; answers its SHA-256. A body that is shorter than promised is none."""
        into.seek(0)
        into.truncate()
        digest = hashlib.sha256()
        try:
            for chunk in answer.stream(CHUNK, decode_content=False):
                into.write(chunk)
                digest.update(chunk)
                if time.monotonic() > give_up:
                    raise Again(f"after {self.seconds:.0f} s it had sent {into.tell():,} bytes")
        except (HTTPError, OSError) as error:
            raise Again(f"it broke off after {into.tell():,} bytes ({_reason(error)})") from error
        promised = answer.headers.get("Content-Length")
        if promised is not None and promised.isdigit() and int(promised) != into.tell():
            raise Again(f"it sent {into.tell():,} bytes of {int(promised):,}")
        return digest.hexdigest()


def _check_status(url: str, answer: Any) -> None:
    status = int(answer.status)
    if status == 200:
        return
    if status in AGAIN:
        after = answer.headers.get("Retry-After", "")
        seconds = float(after) if after.isdigit() else 0.0
        raise Again(f"it answered {status}", min(seconds, LONGEST_WAIT))
    meaning = {404: "it is not there (yet)", 410: "it is gone", 401: "it wants a login"}
    raise FetchFailed(
        f"{url} answered {status}: {meaning.get(status, 'it is refused to us')} - look at the "
        "address in source.fetch.url, or fetch again later"
    )


def _followed(url: str, target: str) -> str:
    found = urljoin(url, target)
    if urlsplit(url).scheme == "https" and urlsplit(found).scheme != "https":
        raise FetchFailed(f"{url} leads to {found}, which is not https - mend source.fetch.url")
    return found


def _reason(error: Exception) -> str:
    inner = error.args[-1] if error.args and isinstance(error.args[-1], Exception) else error
    return f"{type(inner).__name__}: {inner}"[:200]
