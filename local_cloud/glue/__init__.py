"""Glue that acts: jobs run, crawlers look, workflows advance, triggers fire."""

from __future__ import annotations

from moto.glue.models import glue_backends

from local_cloud.glue import class_archive, operations, processes, recovery
from local_cloud.glue.backend import LocalGlueBackend


def install() -> None:
    """Put our backend and operations in moto's place."""
    glue_backends.backend = LocalGlueBackend
    operations.install()


def resume() -> None:
    """End what a crash of the cloud interrupted."""
    recovery.end_interrupted()
    class_archive.train_in_background()


def stop() -> None:
    """Leave the states of what runs alone: `resume` ends it."""
    processes.stop()
    class_archive.stop()
