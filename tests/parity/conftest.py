"""A PostgreSQL server for both: a ledger with its tables, and a local Redshift."""

import itertools
from collections.abc import Iterator

import pytest

from tests.parity.warehouse import Warehouse
from tests.postgres import Server
from tests.sql.conftest import server, world

__all__ = ["server", "world"]
NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """A database that knows Redshift, to be copied: preparing one takes a while."""
    server.sql("create database warehouse_template")
    Warehouse(server, "warehouse_template").close()
    return "warehouse_template"


@pytest.fixture
def warehouse(server: Server, template: str) -> Iterator[Warehouse]:
    database = f"warehouse_{next(NUMBERS)}"
    server.sql(f"create database {database} template {template}")
    made = Warehouse(server, database)
    yield made
    made.close()
