"""Redshift clusters are real PostgreSQL servers with the endpoint AWS shows."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import Cluster, RedshiftBackend, redshift_backends
from moto.redshift.responses import RedshiftResponse

from local_cloud import snapshot
from local_cloud.fidelity.patching import around, around_property, method
from local_cloud.postgres import Server
from local_cloud.redshift import language, load_notes, passwords, schedules


def install() -> None:
    """Hook creation, change, pauses and deletion."""
    _lives()
    _pauses()
    passwords.install()
    schedules.install()

    @around_property(Cluster)
    def address(found: str, self: Cluster) -> str:
        return self.server.address if hasattr(self, "server") else found


def prepare(server: Server) -> None:
    """Make the server's databases understand Redshift's SQL, those to come as well."""
    for database in ("template1", server.database):
        connection = server.connect(database, admin=True)
        try:
            language.prepare(connection)
            load_notes.prepare(connection)
        finally:
            connection.close()


def apply_tls_rule(cluster: Cluster) -> None:
    """`require_ssl` of the parameter group refuses plain connections.

    https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
    """
    wanted = any(
        group.__dict__.get("chosen", {}).get("require_ssl", "false").lower() == "true"
        for group in cluster.parameter_groups
    )
    if cluster.server.only_tls != wanted:
        cluster.server.only_tls = wanted
        cluster.server.reload()


def apply_tls_rules() -> None:
    """After a parameter group has changed."""
    for _, _, backend in list(redshift_backends.iter_backends()):
        for cluster in list(backend.clusters.values()):
            if hasattr(cluster, "server"):
                apply_tls_rule(cluster)


def _lives() -> None:
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
        if hasattr(cluster, "server"):
            wanted = options.get("master_user_password")
            if wanted:
                cluster.server.change_password(wanted)
            apply_tls_rule(cluster)
        return cluster


def _pauses() -> None:
    @around(RedshiftBackend)
    def pause_cluster(original: Any, self: RedshiftBackend, cluster_id: str) -> Cluster:
        cluster = original(self, cluster_id)  # before the server goes, so that nobody asks it
        if hasattr(cluster, "server"):
            cluster.server.stop()
        return cluster

    @around(RedshiftBackend)
    def resume_cluster(original: Any, self: RedshiftBackend, cluster_id: str) -> Cluster:
        cluster = self.clusters.get(cluster_id)
        if cluster is not None and cluster.status == "paused" and hasattr(cluster, "server"):
            cluster.server.start()  # before anybody reads that it is available
        return original(self, cluster_id)

    @method(RedshiftResponse)
    def reboot_cluster(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ClusterIdentifier")
        cluster = self.redshift_backend.describe_clusters(name)[0]
        if hasattr(cluster, "server") and cluster.status == "available":
            cluster.server.stop()
            cluster.server.start()
        return ActionResult({"Cluster": cluster})


def _create(server: Server, cluster: Cluster, shelf: dict[str, Cluster]) -> None:
    """Make the server of a new cluster; without it there shall be none."""
    try:
        server.create()
        prepare(server)
    except Exception:
        shelf.pop(cluster.cluster_identifier, None)
        server.delete()
        raise
    cluster.server = server
    cluster.port = server.port
    apply_tls_rule(cluster)
    snapshot.save_soon()  # a database forgotten by a crash could never be made again
