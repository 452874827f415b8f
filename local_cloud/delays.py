"""Work that starts later, without holding a thread of the pool."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from local_cloud import context


def later(seconds: float, fn: Callable[..., Any], *args: Any) -> None:
    """Run `fn(*args)` on the shared pool after `seconds`; forgotten when the cloud stops."""
    timer = threading.Timer(seconds, _submit, (fn, args))
    timer.daemon = True
    timer.start()


def _submit(fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        context.submit(fn, *args)
    except RuntimeError:
        return  # the pool is closed: the cloud is stopping
