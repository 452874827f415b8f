"""A table in PostgreSQL, a Redshift of the local kind beside it, and the job between them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import boto3
import pg8000.dbapi
import pg8000.native
import pyarrow as pa
import pyarrow.parquet as pq

from local_cloud.redshift import language, load_notes
from local_cloud.redshift.session import Session as RedshiftSession
from stagecoach.batch import MARKS, batch, copy_manifest
from stagecoach.dataset import Column, Dataset, Load, PostgresTarget, RedshiftTarget, Size, Source
from stagecoach.errors import Unavailable
from stagecoach.frames.migration.desk import Desk
from stagecoach.frames.migration.migrate import migrate_table
from stagecoach.frames.migration.placing import Place
from stagecoach.frames.migration.task import Task
from stagecoach.frames.session import Session
from stagecoach.frames.spread import Spread
from stagecoach.frames.steps import Steps
from stagecoach.migrate_warehouse import migrate_warehouse
from stagecoach.settings import Warehouse
from stagecoach.table_migration import Migration, Migrations
from stagecoach.warehouse import Redshift, Statement
from tests.postgres import PASSWORD, Server
from tests.sql.worlds import World, row_hash, write_sql

NUMBERS = itertools.count()
BUCKET = "pinned"


def declared(*columns: Column, mode: str = "upsert", **more: Any) -> Dataset:
    """A dataset `things` with both targets; its key is `id` unless told otherwise."""
    load = Load(mode, **{name: more.pop(name) for name in ("order_by", "deletes", "deleted_when")
                         if name in more})  # fmt: skip
    return Dataset(
        name="things",
        description="",
        source=Source("things/"),
        columns=columns,
        load=load,
        postgres=PostgresTarget("aviation", "things"),
        redshift=RedshiftTarget("lake", "things"),
        key=more.pop("key", ("id",)),
        size=Size(),
        **more,
    )


class Buckets:
    """S3 for a Redshift session."""

    def read(self, uri: str) -> bytes:
        """The object's bytes."""
        return bytes(self._s3.get_object(**_place(uri))["Body"].read())

    def size(self, uri: str) -> int:
        """How many they are."""
        return int(self._s3.head_object(**_place(uri))["ContentLength"])

    def list(self, prefix: str) -> list[str]:
        """The URIs that begin so."""
        place = _place(prefix)
        told = self._s3.list_objects_v2(Bucket=place["Bucket"], Prefix=place["Key"])
        return sorted(f"s3://{place['Bucket']}/{each['Key']}" for each in told.get("Contents", []))

    def write(self, uri: str, content: bytes) -> None:
        """Make or replace an object."""
        self._s3.put_object(**_place(uri), Body=content)

    @cached_property
    def _s3(self) -> Any:
        return boto3.client("s3")


def _place(uri: str) -> dict[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}


class Killed(BaseException):
    """The process is gone: nothing of ours hears of it."""


@dataclass(frozen=True)
class Near(Redshift):
    """The local Redshift without the Data API between: what is submitted has ended at once.

    `dies` is when the job does: before COPY, before the commit, after the commit, or while it runs.
    `away` holds a word for each time that it does not answer; `spoil` is run behind the COPY of the
    rows.
    """

    connect: Callable[[], Any] = field(default=lambda: None)
    ended: dict[str, Statement] = field(default_factory=dict)
    ran: list[list[str]] = field(default_factory=list)
    lost: list[list[str]] = field(default_factory=list)
    running: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    dies: str = ""
    away: list[str] = field(default_factory=list)
    spoil: str = ""

    def submit(
        self, statements: Sequence[str], *, name: str, token: str, event: bool = True
    ) -> str:
        """Run a batch in one transaction."""
        if self.away:
            raise Unavailable(f"the warehouse is {self.away.pop()}")
        if token in self.ended:
            return token
        if self.dies == "while it runs":
            self.running[token] = list(statements)
        elif self.dies == "before COPY":
            self.lost.append(list(statements))
            raise Killed
        else:
            self._run(list(statements), token)
        if self.dies == "after the commit":
            raise Killed
        return token

    def _run(self, statements: list[str], token: str) -> None:
        session = RedshiftSession(self.connect(), Buckets())
        try:
            session.run("begin")
            for statement in statements:
                result = session.run(statement)
                if self.spoil and statement.startswith('copy stage."things__migration" '):
                    session.run(self.spoil)
            if self.dies == "before the commit":
                raise Killed
            session.run("commit")
            self.ended[token] = Statement(token, "FINISHED", last=token)
            self.answers[token] = _rows(result)
        except Exception as wrong:  # noqa: BLE001 - the Data API keeps every error for later
            self.ended[token] = Statement(token, "FAILED", str(wrong))
        finally:
            session.close()
        self.ran.append(statements)

    def describe(self, statement_id: str) -> Statement | None:
        """What came of it; one that still ran when the job died ends now."""
        if self.dies == "while it runs":
            raise Killed
        if statement_id in self.running:
            self._run(self.running.pop(statement_id), statement_id)
        return self.ended.get(statement_id)

    def rows(self, statement_id: str) -> list[dict[str, Any]]:
        """What its last statement answered."""
        return self.answers[statement_id]

    def ask(self, sql: str, patience: float, **values: object) -> list[dict[str, Any]]:
        """Run one question."""
        session = RedshiftSession(self.connect(), Buckets())
        try:
            return _rows(session.run(sql, {name: str(value) for name, value in values.items()}))
        finally:
            session.close()

    def run(self, statements: Sequence[str], *, name: str, patience: float, **_: Any) -> None:
        """Run a batch to its end."""
        self.wait(self.submit(statements, name=name, token=f"run-{next(NUMBERS)}"), patience)


def _rows(result: Any) -> list[dict[str, Any]]:
    names = [column.name for column in result.columns or ()]
    return [dict(zip(names, record, strict=True)) for record in result.records]


@dataclass
class Road:
    """Both databases, with one dataset in them."""

    world: World
    dataset: Dataset
    near: Near
    desk: type[Desk] = Desk

    @classmethod
    def built(cls, world: World, dataset: Dataset) -> Road:
        """Deploy the dataset to PostgreSQL and to a new database that is a Redshift."""
        database = f"redshift_{next(NUMBERS)}"
        world.server.sql(f"create database {database}")
        connection = world.server.connect(database)
        language.prepare(connection)
        load_notes.prepare(connection)
        connection.close()
        near = Near(
            Warehouse("warehouse", "secret", "arn:aws:iam::123456789012:role/copy", "near"),
            partial(_native, world.server, database),
        )
        road = cls(world, dataset, near)
        road.deploy(dataset)
        return road

    def deploy(self, dataset: Dataset) -> None:
        """Bring both databases to the declaration."""
        self.dataset = dataset
        self.world.deploy(dataset)
        folder = write_sql(self.world.folder, dataset).parent / "redshift"
        migrate_warehouse(self.world.connect(), self.near, folder)

    @property
    def connect(self) -> partial:
        """What opens a connection to PostgreSQL, also elsewhere."""
        server = self.world.server
        where = {"host": server.host, "port": server.port, "user": server.user}
        return partial(
            pg8000.dbapi.connect, **where, password=PASSWORD, database=self.world.database
        )

    @property
    def ledger(self) -> Migrations:
        """The ledger over a connection of its own."""
        return Migrations(self.world.connect())

    def task(self, opened: Migration) -> Task:
        """What the job is started for."""
        return Task(self.dataset, opened["migration_id"], opened["attempt"], f"s3://{BUCKET}")

    def work(self, opened: Migration, near: Near | None = None) -> Migration:
        """What the job does for a migration that is open."""
        task = self.task(opened)
        desk = self.desk(self.connect, task.migration_id, task.attempt)
        begun = desk.tell(Migrations.job_started, "jr_1")
        place = Place(near or self.near, task, desk, "stagecoach-test-things")
        spread = Spread(Session(lambda: None))  # type: ignore[arg-type,return-value]
        return migrate_table(spread, task, Steps(task.named), desk, place, begun)

    def migrate(self, near: Near | None = None) -> Migration:
        """Open a migration, or the one that failed again, and do it."""
        return self.work(self.ledger.open("things"), near)

    def failed(self, opened: Migration, reason: str = "killed") -> None:
        """What whoever looks notes of a job that died."""
        self.ledger.failed(opened["migration_id"], opened["attempt"], reason)

    def redshift_rows(self, columns: str = "*", order: str = "1") -> list[tuple]:
        """The live rows in Redshift, in order."""
        told = self.near.ask(f"select {columns} from lake.things order by {order}", 60)
        return [tuple(row.values()) for row in told]

    def applied(self) -> set[str]:
        """The loads that Redshift's ledger has."""
        return {row["load_id"] for row in self.near.ask("select load_id from etl.applied", 60)}

    def hashes(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows and hash sums, in PostgreSQL and in Redshift."""
        ours = self.world.run("select row_count, hash_sum::text from etl.hash__things()")[0]
        told = self.near.ask("select row_count, hash_sum from etl.hash__things", 60)[0]
        return (int(ours[0]), int(ours[1])), (int(told["row_count"]), int(told["hash_sum"]))

    def left_over(self) -> list[str]:
        """Objects of migrations, and tables that are only made for one."""
        tables = self.near.ask(
            "select table_name from information_schema.tables where table_schema = 'stage' "
            "and strpos(table_name, '__') > 0",
            60,
        )
        return [*Buckets().list(f"s3://{BUCKET}/migrations/"), *(t["table_name"] for t in tables)]

    def publish(
        self, rows: list[tuple], begun: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """What the function `publish` does for the first in line, which brings these rows."""
        begun = begun or self.ledger.next_publication("things")
        if begun is None:
            return None
        names = [column.name for column in self.dataset.columns]
        marked = [(*row, place, row_hash((*row, place))) for place, row in enumerate(rows, 2)]
        table = pa.table(dict(zip((*names, *MARKS), zip(*marked, strict=True), strict=True)))
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        file, listed = (
            f"s3://{BUCKET}/{begun['load_id']}/{name}" for name in ("0.parquet", "list")
        )
        Buckets().write(file, sink.getvalue().to_pybytes())
        Buckets().write(listed, copy_manifest([(file, Buckets().size(file))]).encode())
        manifest = {
            "columns": names,
            "counts": {"good": len(rows)},
            "hash_sum": str(sum(row[-1] for row in marked)),
            "files": [file],
        }
        token = f"{begun['load_id']}-{begun['attempt']}"
        statements = batch(begun, manifest, listed, self.near.place.role)
        self.near.wait(self.near.submit(statements, name="publish", token=token), 60)
        counts = self.near.rows(token)[0]
        return self.ledger.published(begun["load_id"], begun["attempt"], counts)


def _native(server: Server, database: str) -> pg8000.native.Connection:
    return pg8000.native.Connection(
        server.user, host=server.host, port=server.port, password=PASSWORD, database=database
    )
