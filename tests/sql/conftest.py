"""One PostgreSQL server for all SQL tests, one database per test."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server, start
from tests.sql.worlds import World

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = start()
    yield running
    running.stop()


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[World]:
    database = f"world_{next(NUMBERS)}"
    server.sql(f"create database {database}")
    made = World(server, database, tmp_path)
    yield made
    # The database goes with the server: dropping it now would cost a checkpoint.
    made.close()
