"""A ledger with datasets in a database of its own, and short ways to load rows into it."""

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pg8000.dbapi

from stagecoach.dataset import Column, Dataset, Limit, Load, PostgresTarget, Source
from stagecoach.ledger import Ledger
from stagecoach.migrate import migrate
from tests.postgres import Server
from workbench.render import render_all

ROOT = Path(__file__).parents[2]
CLOCK = itertools.count()


def dataset(
    name: str = "runways",
    mode: str = "snapshot",
    *,
    key: tuple[str, ...] = ("id",),
    columns: tuple[Column, ...] = (
        Column("id", "bigint", "id"),
        Column("surface", "varchar(8)", "surface", nullable=True),
    ),
    order_by: str | None = None,
    max_deletes: Limit = Limit(),  # noqa: B008 - frozen
    indexes: tuple[tuple[str, ...], ...] = (),
    deletes: str | None = None,
    deleted_when: str | None = None,
) -> Dataset:
    """A small declaration: id and surface, unless told otherwise."""
    return Dataset(
        name=name,
        description="Every runway's surface",
        source=Source(f"{name}/"),
        columns=columns,
        load=Load(mode, order_by, max_deletes, deletes=deletes, deleted_when=deleted_when),
        postgres=PostgresTarget("aviation", name, indexes),
        key=key,
    )


def write_sql(folder: Path, *datasets: Dataset) -> Path:
    """Render the SQL of `datasets` as the build does; answers the folder for `migrate`."""
    for path, text in render_all({each.name: each for each in datasets}, ROOT).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder / "postgres"


def row_hash(row: tuple) -> int:
    """A stand-in for Spark's hash: any 64-bit number that depends on the whole row."""
    return hash(row) % 2**63


@dataclass
class World:
    """One database, its server, and the datasets in it."""

    server: Server
    database: str
    folder: Path
    connections: list[pg8000.dbapi.Connection] = field(default_factory=list)

    def connect(self) -> pg8000.dbapi.Connection:
        """Another session; all are closed with the world."""
        connection = self.server.connect(self.database)
        self.connections.append(connection)
        return connection

    def ledger(self) -> Ledger:
        """A ledger with a session of its own."""
        return Ledger(self.connect())

    @cached_property
    def own(self) -> Ledger:
        """The session of the short ways below; not for threads."""
        return self.ledger()

    def deploy(self, *datasets: Dataset) -> dict:
        """Migrate to these datasets."""
        return migrate(self.connect(), write_sql(self.folder, *datasets))

    def run(self, statement: str, *values: object) -> list[tuple]:
        """Run a statement and commit; answers its rows."""
        connection = self.own.connection
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values)
            rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        return rows

    def rows(self, name: str = "runways") -> list[tuple]:
        """The live rows in order."""
        return self.run(f"select * from aviation.{name} order by 1")

    def arrive(self, name: str = "runways", **delivery: object) -> str:
        """A delivery that is queued; answers its load."""
        tick = next(CLOCK)
        told = {
            "key": f"{name}/{tick}.csv",
            "version_id": str(tick),
            "sequencer": f"{tick:08X}",
            "event_time": f"2026-01-01T00:{tick // 60 % 60:02d}:{tick % 60:02d}Z",
            **delivery,
        }
        load_id = self.own.receive("landing", dataset=name, size=1, etag=None, **told)["load_id"]
        self.own.queue(load_id, {"pinned_key": f"{load_id}/data.csv"})
        return load_id

    def stage(self, load_id: str, attempt: int, rows: Iterable[tuple]) -> dict:
        """Stage rows as the Glue job does; answers the manifest."""
        return self.stage_numbered(load_id, attempt, enumerate(rows, 2))

    def stage_numbered(self, load_id: str, attempt: int, rows: Iterable[tuple[int, tuple]]) -> dict:
        """Stage rows with their places in the file, in any order."""
        connection = self.connect()
        table = Ledger(connection).begin_stage(load_id, attempt)
        numbered = [(*row, place) for place, row in rows]
        cursor = connection.cursor()
        for row in numbered:
            marks = ", ".join(["%s"] * (len(row) + 1))
            cursor.execute(f"insert into {table} values ({marks})", (*row, row_hash(row)))
        connection.commit()
        connection.close()
        good = len(numbered)
        return {
            "load_id": load_id,
            "attempt": attempt,
            "counts": {"read": good + 1, "header": 1, "good": good, "rejected": 0, "warned": 0},
            "hash_sum": str(sum(row_hash(row) for row in numbered)),
            "rejects": [],
        }

    def load(self, rows: Iterable[tuple], name: str = "runways", **delivery: object) -> dict:
        """Take rows all the way to applied; answers the counts that are not 0."""
        load_id = self.arrive(name, **delivery)
        claimed = self.own.claim(name)
        assert claimed is not None
        assert claimed["load_id"] == load_id
        manifest = self.stage(load_id, claimed["attempt"], rows)
        self.own.apply_load(load_id, json.loads(json.dumps(manifest)))
        return self.counts(load_id)

    def counts(self, load_id: str) -> dict:
        """What the merge did, without the zeros."""
        report = self.own.load_report(load_id)
        assert report["holds"]
        merged = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")
        return {name: report["counts"][name] for name in merged if report["counts"][name]}

    def close(self) -> None:
        """End every session."""
        for connection in self.connections:
            try:
                connection.close()
            except Exception:  # noqa: BLE001 - a test may have killed it
                continue
