"""Steps of a longer piece of work, shown live on stderr; one line each when they have ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner

from workbench.output import ERR

WORTH_TELLING = 0.5  # seconds; what is faster than this needs no line


class Steps:
    """A context in which `step` shows what is under way, its seconds and a note."""

    def __enter__(self) -> Steps:
        """Begin to show."""
        self._live = Live(console=ERR, transient=True, refresh_per_second=8)
        if ERR.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Clear what was under way."""
        if ERR.is_terminal:
            self._live.stop()

    @contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """One step; what it yields takes a note to show beside the title."""
        began = time.monotonic()
        spinner = _Timed(title, began)
        if ERR.is_terminal:
            self._live.update(spinner)
        yield spinner.note
        took = time.monotonic() - began
        if ERR.is_terminal:
            self._live.update("")
        if took > WORTH_TELLING:
            ERR.print(f"[dim]{escape(title)}  {took:.1f} s[/]")


class _Timed(Spinner):
    def __init__(self, title: str, began: float) -> None:
        super().__init__("dots", text="")
        self._title, self._began, self._note = title, began, ""

    def note(self, text: str) -> None:
        self._note = text

    def render(self, time_now: float):  # type: ignore[no-untyped-def]
        took = time.monotonic() - self._began
        self.update(text=f"{escape(self._title)}  {took:.0f} s  [dim]{escape(self._note)}[/]")
        return super().render(time_now)
