"""What every concern of the running cloud shares: where it is, and a pool for other threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


@dataclass
class Cloud:
    """One running local cloud: its state directory and its port on 127.0.0.1.

    `cache` holds what may be lost and outlives the state; `code` is what the starter calls the
    version of this package.
    """

    state: Path
    port: int
    cache: Path | None = None
    code: str | None = None

    @property
    def endpoint(self) -> str:
        """What goes into AWS_ENDPOINT_URL; an IP address, so that SDKs use path-style buckets."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def s3_root(self) -> Path:
        """Where `<bucket>/<key>` are plain files."""
        return self.state / "s3"

    @property
    def work(self) -> Path:
        """Scratch space of functions and jobs."""
        return self.state / "work"


_current: Cloud | None = None
_pool = ThreadPoolExecutor(32, thread_name_prefix="cloud")


def start(cloud: Cloud) -> None:
    """Make `cloud` the one this process runs, and create its directories."""
    global _current
    for folder in (cloud.state, cloud.s3_root, cloud.work):
        folder.mkdir(parents=True, exist_ok=True)
    _current = cloud


def current() -> Cloud:
    """The cloud this process runs. Raises RuntimeError before `start`."""
    if _current is None:
        raise RuntimeError("no local cloud was started in this process")
    return _current


def submit(fn: Callable[..., Any], *args: Any) -> Future[Any]:
    """Run `fn(*args)` on the shared pool; what it raises is logged with its traceback."""
    return _pool.submit(_logged, fn, args)


def close() -> None:
    """Take no more work and drop what has not begun."""
    _pool.shutdown(wait=False, cancel_futures=True)


def _logged(fn: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return fn(*args)
    except Exception:
        log.exception("%s failed", getattr(fn, "__qualname__", fn))
        raise
