"""What a process and all its children use: memory at its peak, and seconds of CPU."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

EVERY_SECONDS = 0.2


class Usage:
    """Watches the tree below `pid` while its block runs.

    `peak` is the highest sum of PSS or RSS in bytes, `cpu` the seconds that the tree used until it
    was last seen. PSS counts a page that forked workers share once; where there is none (macOS),
    RSS stands in.
    """

    def __init__(self, pid: int) -> None:
        """Watch `pid`."""
        self.peak = 0
        self._seconds = 0.0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._look()
        self._before = self._seconds

    @property
    def cpu(self) -> float:
        """Seconds of CPU within the block."""
        return self._seconds - self._before

    def __enter__(self) -> Usage:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        memory, seconds = 0, 0.0
        try:
            for process in (self._root, *self._root.children(recursive=True)):
                held, taken = process.memory_full_info(), process.cpu_times()
                memory += getattr(held, "pss", held.rss)
                # A child that has ended is counted by who waited for it.
                seconds += sum((taken.user, taken.system, taken.children_user,
                                taken.children_system))  # fmt: skip
        except psutil.Error:
            return  # one ended while we looked
        self.peak = max(self.peak, memory)
        self._seconds = max(self._seconds, seconds)
