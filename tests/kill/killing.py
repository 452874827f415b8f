"""Run something in a process of its own that is killed, as by kill -9, at one stated point."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

SECONDS = 120


def kill_at(
    owner: Any, name: str, work: Callable[[], object], *, after: bool = False, when: Any = None
) -> None:
    """Do `work`; the process dies when `owner.name` is called, or once it has done its part.

    `when` is asked with the call's arguments whether this is the call. Fails when the point is
    never reached.
    """
    real = getattr(owner, name)

    def deadly(*given: Any, **named: Any) -> Any:
        chosen = when is None or when(*given)
        answer = real(*given, **named) if after or not chosen else None
        if chosen:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    def child() -> None:
        with patch.object(owner, name, deadly):
            work()

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(SECONDS)
    assert process.exitcode == -signal.SIGKILL, f"{name} was not reached: {process.exitcode}"
