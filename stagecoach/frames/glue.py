"""Run a step as a Glue job: the load from the arguments, a session, and an ending that is said."""

from __future__ import annotations

import sys
from collections.abc import Callable

from pyspark.sql import SparkSession

from stagecoach.errors import StagecoachError
from stagecoach.frames import jdbc
from stagecoach.frames.job import Job, read_job
from stagecoach.frames.session import Session, start
from stagecoach.frames.steps import Steps
from stagecoach.log import log

Step = Callable[[Session, Job, Steps], object]


def run(step: Step) -> None:
    """Run `step`. Exits with 1 and one log line for an error that is meant to be read."""
    try:
        job = read_job()
        steps = Steps(job.named)

        def started() -> SparkSession:
            jar = jdbc.find_driver() if job.dataset.size.writer == "jdbc" else None
            spark, seconds = start(step.__name__, jar)
            steps.add(f"{step.__name__}: start", seconds)
            return spark

        step(Session(started), job, steps)
    except StagecoachError as error:
        log("ended", error=type(error).__name__, reason=str(error))
        sys.exit(f"{type(error).__name__}: {error}")
