"""A real PostgreSQL that was made a Redshift, and an S3 that is a dictionary."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pg8000.native
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_cloud.redshift import language, load_notes
from local_cloud.redshift.session import Session
from tests import postgres

ROLE = "arn:aws:iam::123456789012:role/loader"


@dataclass
class Shelf:
    """S3 for a test."""

    content: dict[str, bytes] = field(default_factory=dict)

    def read(self, uri: str) -> bytes:
        return self.content[uri]

    def size(self, uri: str) -> int:
        return len(self.content[uri])

    def list(self, prefix: str) -> list[str]:
        return sorted(uri for uri in self.content if uri.startswith(prefix))

    def write(self, uri: str, content: bytes) -> None:
        self.content[uri] = content

    def delete(self, uri: str) -> None:
        del self.content[uri]

    def parquet(self, uri: str, **columns: Any) -> str:
        """Put a Parquet file there; each column is an Arrow array or a list."""
        out = io.BytesIO()
        pq.write_table(pa.table(columns), out)
        self.write(uri, out.getvalue())
        return uri

    def manifest(self, uri: str, *files: str, **meta: Any) -> str:
        """Put a manifest there, as our own load path writes it."""
        entries = [
            {"url": each, "mandatory": True, "meta": {"content_length": self.size(each)}} | meta
            for each in files
        ]
        self.write(uri, json.dumps({"entries": entries}).encode())
        return uri


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """One server for the room."""
    running = postgres.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def template(server: postgres.Server) -> str:
    """A database that knows Redshift."""
    server.sql("create database redshift_template")
    connection = server.connect("redshift_template")
    language.prepare(connection)
    load_notes.prepare(connection)
    connection.close()
    return "redshift_template"


@pytest.fixture
def database(server: postgres.Server, template: str) -> Iterator[str]:
    """A fresh one for the test."""
    server.sql(f"create database one template {template}")
    yield "one"
    server.sql("drop database one with (force)")


@pytest.fixture
def shelf() -> Shelf:
    """An empty S3."""
    return Shelf()


@pytest.fixture
def open_session(server: postgres.Server, database: str, shelf: Shelf) -> Any:
    """A function that opens another session on the test's database."""

    def begin(**options: Any) -> Session:
        connection = pg8000.native.Connection(
            server.user,
            host=server.host,
            port=server.port,
            password=postgres.PASSWORD,
            database=database,
        )
        return Session(connection, shelf, **options)

    return begin


@pytest.fixture
def session(open_session: Any) -> Iterator[Session]:
    """A session on a fresh database."""
    found = open_session()
    yield found
    found.close()
