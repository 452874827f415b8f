"""Redshift clusters are real PostgreSQL servers with the endpoint AWS shows."""

from __future__ import annotations

from typing import Any

from moto.redshift.models import Cluster, RedshiftBackend, redshift_backends

from local_cloud import snapshot
from local_cloud.fidelity.patching import around, around_property
from local_cloud.postgres import Server


def install() -> None:
    """Hook creation, change and deletion."""

    @around(RedshiftBackend)
    def create_cluster(original: Any, self: RedshiftBackend, **options: Any) -> Cluster:
        cluster = original(self, **options)
        server = Server(
            f"redshift-{cluster.cluster_identifier}",
            cluster.master_username,
            cluster.master_user_password,
            cluster.db_name or "dev",
            int(cluster.port),
            only_tls=False,
        )
        _create(server, cluster, self.clusters)
        return cluster

    @around(RedshiftBackend)
    def delete_cluster(original: Any, self: RedshiftBackend, **options: Any) -> Cluster:
        cluster = original(self, **options)
        if hasattr(cluster, "server"):
            cluster.server.delete()
        return cluster

    @around(RedshiftBackend)
    def modify_cluster(original: Any, self: RedshiftBackend, **options: Any) -> Cluster:
        cluster = original(self, **options)
        wanted = options.get("master_user_password")
        if wanted and hasattr(cluster, "server"):
            cluster.server.change_password(wanted)
        return cluster

    @around_property(Cluster)
    def address(found: str, self: Cluster) -> str:
        return self.server.address if hasattr(self, "server") else found


def server_of_cluster(account: str, region: str, cluster: str) -> Server | None:
    """The server behind a Redshift cluster."""
    found = redshift_backends[account][region].clusters.get(cluster)
    return getattr(found, "server", None)


def _create(server: Server, cluster: Cluster, shelf: dict[str, Cluster]) -> None:
    """Make the server of a new cluster; without it there shall be none."""
    try:
        server.create()
    except Exception:
        shelf.pop(cluster.cluster_identifier, None)
        server.delete()
        raise
    cluster.server = server
    cluster.port = server.port
    snapshot.save_soon()  # a database forgotten by a crash could never be made again
