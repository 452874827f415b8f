"""One whole environment, brought up once and shared by every test that asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import Environment


def pytest_configure(config: pytest.Config) -> None:
    """Register our markers."""
    config.addinivalue_line("markers", "last: runs after everything else, because it destroys")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move what destroys the shared environment to the end."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """An environment that is up; the first test that asks pays about two minutes.

    Who works on these tests may keep one: STAGECOACH_TEST_HOME names its folder.
    """
    kept = os.environ.get("STAGECOACH_TEST_HOME")
    found = Environment(Path(kept) if kept else tmp_path_factory.mktemp("home"))
    try:
        found.up()
        yield found
    finally:
        if not kept:
            found.run("down", timeout=120)


@pytest.fixture(scope="session")
def nyc(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The real data of the demo: one file per dataset."""
    from workbench.nyc import write_csv

    return write_csv(tmp_path_factory.mktemp("nyc"))
