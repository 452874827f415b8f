"""Where the parts of a load are worked on: on Spark's workers, or by the driver alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from stagecoach.dataset import Dataset
from stagecoach.frames.session import Session

Part = TypeVar("Part")
Result = TypeVar("Result")

# With two workers Glue gives one executor, as large as the driver: Spark's start buys nothing.
DRIVER_ALONE = 2


@dataclass(frozen=True)
class Spread:
    """Does a piece of work for many parts; `workers` is how many machines the dataset asked for."""

    session: Session
    workers: int = DRIVER_ALONE

    @classmethod
    def of(cls, session: Session, dataset: Dataset) -> Spread:
        """As the dataset's size has it."""
        return cls(session, dataset.size.workers)

    @property
    def alone(self) -> bool:
        """Whether the driver does it alone, and no Spark is started for it."""
        return self.workers <= DRIVER_ALONE

    @property
    def cores(self) -> int:
        """How many parts are worked on at a time."""
        if self.alone:
            return os.cpu_count() or 1
        return self.session.spark.sparkContext.defaultParallelism

    def over(self, parts: Sequence[Part], work: Callable[[Part], Result]) -> list[Result]:
        """The results, in the order of the parts. What fails, raises.

        The driver uses threads: Arrow, S3 and the database leave the interpreter free.
        """
        if self.alone or not parts:
            with ThreadPoolExecutor(self.cores) as threads:
                return list(threads.map(work, parts))
        context: Any = self.session.spark.sparkContext
        found: list[Result] = context.parallelize(parts, len(parts)).map(work).collect()
        return found
