"""A real local cloud for the tests of this room, started once and ended with the session."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.running_cloud import RunningCloud, start_cloud


def forget_databases(state: Path) -> None:
    """Remove the data that lives elsewhere because PostgreSQL's user cannot enter `state`."""
    note = state / "postgres" / "location"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One cloud for all tests that do not stop it."""
    running = start_cloud(tmp_path_factory.mktemp("cloud") / "state")
    yield running
    running.stop()
    forget_databases(running.state)


@pytest.fixture
def state() -> Iterator[Path]:
    """A state directory for tests that start and end clouds of their own."""
    folder = Path(tempfile.mkdtemp(prefix="stagecoach-test-"))
    yield folder / "state"
    forget_databases(folder / "state")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(state: Path) -> Iterator[Any]:
    """A function that starts a cloud on this test's state; what it started is ended afterwards."""
    started: list[RunningCloud] = []

    def begin(*options: str) -> RunningCloud:
        started.append(start_cloud(state, *options))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.stop()


@pytest.fixture(scope="session")
def s3(cloud: RunningCloud) -> Any:
    """A client for S3 of the one cloud."""
    return cloud.client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    """A new bucket."""
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def versioned(s3: Any, bucket: str) -> str:
    """The new bucket, keeping versions."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
