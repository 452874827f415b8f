"""The one PostgreSQL that everything is measured on, with the ledger and the live table in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pg8000.dbapi

from stagecoach.dataset import Dataset
from stagecoach.ledger import Ledger
from stagecoach.migrate import migrate
from tests.postgres import PASSWORD, Server, binaries, start
from workbench.render import render_all

ROOT = Path(__file__).parents[1]
NAME = "bench"
# The same for the floor and for us; a server with the stock 64 MB would measure its eviction.
OPTIONS = ("-c", "shared_buffers=512MB", "-c", "max_wal_size=8GB", "-c", "checkpoint_timeout=30min")


@dataclass(frozen=True)
class Bench:
    """A database that is ready for loads of `dataset`."""

    server: Server
    dataset: Dataset

    def connect(self) -> pg8000.dbapi.Connection:
        """A new connection."""
        return self.server.connect(NAME)

    def arrive(self) -> str:
        """A delivery that is claimed, as `arrive` leaves it; answers its load."""
        connection = self.connect()
        ledger = Ledger(connection)
        stamp = str(time.time_ns())
        told = {"size": 1, "etag": None, "sequencer": stamp, "event_time": "2026-01-01T00:00:00Z"}
        load_id = ledger.receive("bench", f"{stamp}.csv", stamp, self.dataset.name, **told)[
            "load_id"
        ]
        ledger.queue(load_id, {"pinned_key": f"{load_id}/data.csv"})
        ledger.claim(self.dataset.name)
        connection.close()
        return str(load_id)

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement and commit; answers its rows."""
        connection = self.connect()
        cursor = connection.cursor()
        cursor.execute(statement)
        rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        connection.commit()
        connection.close()
        return rows

    def psql(self, command: str) -> None:
        """Run a psql command, as its user would."""
        found = shutil.which("psql") or str(binaries() / "psql")
        server = self.server
        where = ["-h", server.host, "-p", str(server.port), "-U", server.user, "-d", NAME]
        # `eval "$(stagecoach env)"` may have pointed psql elsewhere.
        others = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment = {**others, "PGPASSWORD": PASSWORD}
        subprocess.run(  # noqa: S603 - psql, with our own arguments
            [found, "-qX", "-v", "ON_ERROR_STOP=1", *where, "-c", command],
            check=True,
            env=environment,
        )


@contextmanager
def bench(dataset: Dataset) -> Iterator[Bench]:
    """A fresh server, migrated to `dataset`."""
    server = start(options=OPTIONS)
    try:
        server.sql(f"create database {NAME}")
        made = Bench(server, dataset)
        with tempfile.TemporaryDirectory() as folder:
            for path, text in render_all({dataset.name: dataset}, ROOT).items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            connection = made.connect()
            migrate(connection, Path(folder) / "postgres")
            connection.close()
        yield made
    finally:
        server.stop()
