"""Peak memory of a process and all its children."""

from __future__ import annotations

import threading
from types import TracebackType

import psutil

EVERY_SECONDS = 0.2


class Peak:
    """Watches the tree below `pid` while its block runs; `bytes` is the highest sum of PSS or RSS.

    PSS counts a page that forked workers share once; where there is none (macOS), RSS stands in.
    """

    def __init__(self, pid: int) -> None:
        """Watch `pid`."""
        self.bytes = 0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peak:
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

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.bytes = max(self.bytes, self._now())

    def _now(self) -> int:
        total = 0
        try:
            for process in (self._root, *self._root.children(recursive=True)):
                memory = process.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
        except psutil.Error:
            return total
        return total
