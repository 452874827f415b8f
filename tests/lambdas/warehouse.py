"""A Redshift cluster of the local cloud, a dataset in it, and loads on their way there."""

import io
import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from stagecoach.ask import ask
from stagecoach.dataset import Dataset, RedshiftTarget
from stagecoach.depot import Depot
from stagecoach.migrate_warehouse import migrate_warehouse
from stagecoach.publish import publish
from stagecoach.settings import Warehouse
from stagecoach.warehouse import Redshift
from tests.lambdas.cloud import Cloud, message
from tests.sql.worlds import dataset, row_hash, write_sql

ARROW = {"bigint": pa.int64(), "varchar(8)": pa.string(), "text": pa.string()}
ROLE = "arn:aws:iam::123456789012:role/stagecoach-copy"
PATIENCE = 60.0


def cluster(name: str) -> Warehouse:
    """A new provisioned cluster and the secret of its user."""
    user = {"username": "loader", "password": "Long3nough"}
    boto3.client("redshift").create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.xlplus",
        MasterUsername=user["username"],
        MasterUserPassword=user["password"],
        DBName="warehouse",
        IamRoles=[ROLE],
    )
    secret = boto3.client("secretsmanager").create_secret(
        Name=f"{name}-{uuid.uuid4().hex[:6]}", SecretString=json.dumps(user)
    )
    return Warehouse("warehouse", secret["ARN"], ROLE, cluster=name)


@contextmanager
def paused(place: Warehouse) -> Iterator[None]:
    """The cluster sleeps, and wakes again."""
    client = boto3.client("redshift")
    client.pause_cluster(ClusterIdentifier=place.cluster)
    _wait_for(place, "paused")
    yield
    client.resume_cluster(ClusterIdentifier=place.cluster)
    _wait_for(place, "available")


def _wait_for(place: Warehouse, status: str) -> None:
    give_up, told = time.monotonic() + PATIENCE, ""
    while time.monotonic() < give_up:
        found = boto3.client("redshift").describe_clusters(ClusterIdentifier=place.cluster)
        if (told := found["Clusters"][0]["ClusterStatus"]) == status:
            return
        time.sleep(0.1)
    raise AssertionError(told)


def runways(mode: str = "upsert", **how: Any) -> Dataset:
    """A dataset of a name of its own, so that tests share a cluster."""
    name = f"runways_{uuid.uuid4().hex[:8]}"
    declared = dataset(name, mode, **how)
    return replace(declared, redshift=RedshiftTarget("aviation", name))


@dataclass
class House:
    """An environment with a warehouse, and one dataset that goes there."""

    cloud: Cloud
    place: Warehouse
    dataset: Dataset = field(default_factory=runways)

    def __post_init__(self) -> None:
        """Make the queue by which `publish` looks again."""
        queue = self.cloud.sqs.create_queue(QueueName=f"{self.cloud.env}-publish")["QueueUrl"]
        self.cloud.settings = replace(self.cloud.settings, publish_queue=queue)
        self.cloud.world.deploy(self.dataset)
        into = write_sql(self.cloud.world.folder, self.dataset).parent / "redshift"
        migrate_warehouse(self.cloud.world.connect(), self.redshift, into)

    @cached_property
    def redshift(self) -> Redshift:
        """The warehouse as functions see it."""
        return Redshift(self.place)

    @contextmanager
    def depot(self) -> Iterator[Depot]:
        """What a function opens, and closes."""
        opened = self.cloud.depot()
        yield opened
        opened.ledger.connection.close()

    def look(self, *bodies: object) -> dict[str, Any]:
        """The function hears that the dataset is worth a look."""
        told = [message(body) for body in bodies or ({"dataset": self.dataset.name},)]
        with self.depot() as depot:
            return publish(depot, self.redshift, {"Records": told})

    def ask(self, **question: Any) -> dict[str, Any]:
        """Somebody asks the function `ledger`."""
        with self.depot() as depot:
            return ask(depot, question)

    def settle(self, wanted: str = "applied") -> None:
        """Look, as events would have it, until the newest load has come so far in Redshift."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            assert self.look() == {"batchItemFailures": []}
            if (state := self.going()["state"]) == wanted:
                return
            assert state != "failed", self.going()
            time.sleep(0.1)
        raise AssertionError(self.going())

    def load(self, rows: list[tuple], **delivery: object) -> str:
        """A file is applied in PostgreSQL, and its clean rows lie in S3; answers its load."""
        world, name = self.cloud.world, self.dataset.name
        load_id = world.arrive(name, **delivery)
        attempt = world.own.claim(name)["attempt"]
        manifest = world.stage(load_id, attempt, rows)
        manifest |= {"columns": [column.name for column in self.dataset.columns]}
        manifest |= {"files": self.write_clean(load_id, rows)}
        key = f"{load_id}/manifest.json"
        self.cloud.s3.put_object(
            Bucket=self.cloud.bucket("pinned"), Key=key, Body=json.dumps(manifest)
        )
        world.own.apply_load(load_id, manifest)
        return load_id

    def write_clean(self, load_id: str, rows: list[tuple]) -> list[str]:
        """The rows as Parquet, as `transform` writes them; answers the files."""
        if not rows:
            return []
        kinds = [(each.name, ARROW[each.type]) for each in self.dataset.columns]
        schema = pa.schema([*kinds, ("_row_no", pa.int64()), ("_row_hash", pa.int64())])
        marked = [(*row, place, row_hash((*row, place))) for place, row in enumerate(rows, 2)]
        columns = zip(*marked, strict=True)
        arrays = [pa.array(column, each.type) for column, each in zip(columns, schema, strict=True)]
        data = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), data)
        key = f"{self.dataset.name}/_load_id={load_id}/part-0.parquet"
        self.cloud.s3.put_object(Bucket=self.clean, Key=key, Body=data.getvalue())
        return [f"s3://{self.clean}/{key}"]

    @property
    def clean(self) -> str:
        """The bucket of the clean zone."""
        return self.cloud.bucket("clean")

    def going(self, load_id: str | None = None) -> dict[str, Any]:
        """What became of a load in Redshift, of the newest if none is named."""
        own = self.cloud.world.own
        return dict(own.load_report(load_id or own.loads()[0]["load_id"])["redshift"])

    def rows(self) -> list[tuple]:
        """The live table in Redshift, in order."""
        names = ", ".join(column.name for column in self.dataset.columns)
        found = self.redshift.ask(
            f"select {names} from aviation.{self.dataset.name} order by 1", PATIENCE
        )
        return [tuple(row.values()) for row in found]

    def applied(self) -> list[str]:
        """The loads that Redshift knows."""
        found = self.redshift.ask(
            "select load_id from etl.applied where dataset = :name",
            PATIENCE,
            name=self.dataset.name,
        )
        return sorted(row["load_id"] for row in found)

    def due(self) -> None:
        """As if the pause before the next try were over."""
        self.cloud.world.run("update etl.publication set due_at = now()")

    def nudges(self) -> tuple[int, int]:
        """How many messages `publish` sent to itself: for now, and for later."""
        told = self.cloud.sqs.get_queue_attributes(
            QueueUrl=self.cloud.settings.publish_queue, AttributeNames=["All"]
        )["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed")
        return int(told[names[0]]), int(told[names[1]])
