"""How long the steps of a job take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from stagecoach.log import log


@dataclass
class Steps:
    """The steps so far; `named` goes into every log line."""

    named: dict[str, object]
    taken: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        began = time.monotonic()
        yield
        self.add(name, time.monotonic() - began)

    def add(self, name: str, seconds: float) -> None:
        """Note a step that was timed elsewhere."""
        self.taken.append({"step": name, "seconds": round(seconds, 2)})
        log("step", step=name, seconds=round(seconds, 2), **self.named)
