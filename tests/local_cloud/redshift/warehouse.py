"""A cluster of a running cloud, and its Data API, for tests."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from typing import Any

import pg8000.native

from tests.local_cloud.running_cloud import PATIENCE, RunningCloud

OVER = ("FINISHED", "FAILED", "ABORTED")
PASSWORD = "Long3nough"


@dataclass
class Warehouse:
    """One cluster: `where` is what every call of the Data API begins with."""

    cloud: RunningCloud
    name: str

    @property
    def data(self) -> Any:
        """A client for the Data API."""
        return self.cloud.client("redshift-data")

    @property
    def redshift(self) -> Any:
        """A client for clusters."""
        return self.cloud.client("redshift")

    @property
    def where(self) -> dict[str, str]:
        """The cluster's database, as its master user."""
        return {"ClusterIdentifier": self.name, "Database": "stage", "DbUser": "boss"}

    def begin(self, *sql: str, **options: Any) -> str:
        """Submit one statement or a batch; answers the id."""
        whole = {} if "SessionId" in options else self.where | options
        if len(sql) == 1:
            return self.data.execute_statement(Sql=sql[0], **(whole | options))["Id"]
        return self.data.batch_execute_statement(Sqls=list(sql), **(whole | options))["Id"]

    def run(self, *sql: str, **options: Any) -> dict[str, Any]:
        """Submit and wait; answers the description."""
        return self.over(self.begin(*sql, **options))

    def over(self, id_: str) -> dict[str, Any]:
        """Wait for the end of what has begun."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            told = self.data.describe_statement(Id=id_)
            if told["Status"] in OVER:
                return told
            time.sleep(0.05)
        raise AssertionError(told)

    def rows(self, sql: str, **options: Any) -> list[list[Any]]:
        """What a query answers."""
        told = self.run(sql, **options)
        assert told["Status"] == "FINISHED", told
        found = self.data.get_statement_result(Id=told["Id"])
        return [[next(iter(field.values())) for field in row] for row in found["Records"]]

    def connect(self, password: str = PASSWORD, *, tls: bool = True) -> pg8000.native.Connection:
        """A driver's connection, as the master user."""
        [cluster] = self.redshift.describe_clusters(ClusterIdentifier=self.name)["Clusters"]
        trust = ssl.create_default_context(cafile=self.cloud.facts["ca"])
        return pg8000.native.Connection(
            "boss",
            host=cluster["Endpoint"]["Address"],
            port=cluster["Endpoint"]["Port"],
            database="stage",
            password=password,
            ssl_context=trust if tls else False,
        )


def create(cloud: RunningCloud, name: str, **options: Any) -> Warehouse:
    """Make a cluster."""
    wanted = {"MasterUserPassword": PASSWORD} | options
    if wanted.get("ManageMasterPassword"):
        del wanted["MasterUserPassword"]
    cloud.client("redshift").create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.xlplus",
        MasterUsername="boss",
        DBName="stage",
        **wanted,
    )
    return Warehouse(cloud, name)
