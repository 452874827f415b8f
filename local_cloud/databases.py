"""RDS instances are real PostgreSQL servers with the endpoint AWS shows."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret, RDSBackend, rds_backends
from moto.redshift.models import redshift_backends

from local_cloud import context, postgres_home, snapshot
from local_cloud.admin import Query, route
from local_cloud.fidelity.patching import around, around_property, method
from local_cloud.postgres import Server
from local_cloud.redshift import clusters

log = logging.getLogger(__name__)
_stopping = threading.Event()
_one_at_a_time = threading.Lock()  # an address is free until its server listens


def install() -> None:
    """Hook creation, change and deletion."""
    _instances()
    _passwords()
    _pauses()
    clusters.install()


def resume() -> None:
    """Start the servers of a restored snapshot, where they were."""
    for kind, name, owner in _owners():
        if getattr(owner, "status", "available") in ("stopped", "paused", "creating"):
            continue
        try:
            owner.server.start()
            if kind == "redshift":
                clusters.prepare(owner.server)  # what a newer local cloud knows of Redshift
        except Exception:
            log.exception("%s %s did not come back", kind, name)
    for _, _, backend in list(rds_backends.iter_backends()):
        for instance in list(backend.databases.values()):
            if instance.status == "creating":
                context.submit(_make, instance, backend.databases)


def stop() -> None:
    """Stop every server; its data stays."""
    _stopping.set()
    for _, _, owner in _owners():
        owner.server.stop()


@route("/_local/databases")
def databases(_: Query) -> list[dict[str, Any]]:
    """Every database with what a client needs to connect."""
    return [
        {
            "id": name,
            "engine": kind,
            "host": owner.server.address,
            "port": owner.server.port,
            "user": owner.server.user,
            "password": owner.server.password,
            "database": owner.server.database,
        }
        for kind, name, owner in _owners()
    ]


def _owners() -> Iterator[tuple[str, str, Any]]:
    for _, _, backend in list(rds_backends.iter_backends()):
        for name, instance in list(backend.databases.items()):
            if hasattr(instance, "server"):
                yield "postgres", name, instance
    for _, _, backend in list(redshift_backends.iter_backends()):
        for name, cluster in list(backend.clusters.items()):
            if hasattr(cluster, "server"):
                yield "redshift", name, cluster


def _instances() -> None:
    @around(RDSBackend)
    def create_db_instance(original: Any, self: RDSBackend, db_kwargs: Any) -> DBInstance:
        if db_kwargs["engine"] == "postgres":
            postgres_home.binaries()  # raises at once where there is no PostgreSQL
        instance = original(self, db_kwargs)
        if instance.engine == "postgres":
            instance.status = "creating"
            context.submit(_make, instance, self.databases)
        return instance

    @around(RDSBackend)
    def delete_db_instance(original: Any, self: RDSBackend, *args: Any, **kw: Any) -> DBInstance:
        instance = original(self, *args, **kw)
        if hasattr(instance, "server"):
            instance.server.delete()
        return instance

    @around(RDSBackend)
    def modify_db_instance(original: Any, self: RDSBackend, *args: Any, **kw: Any) -> DBInstance:
        instance = original(self, *args, **kw)
        if hasattr(instance, "server"):
            _apply_changes(instance)
        return instance

    @around_property(DBInstance)
    def address(found: str, self: DBInstance) -> str:
        return self.server.address if hasattr(self, "server") else found

    @around(DBParameterGroup)
    def update_parameters(original: Any, self: DBParameterGroup, new_parameters: Any) -> None:
        original(self, new_parameters)
        for kind, _, owner in _owners():
            if kind == "postgres":
                _apply_tls_rule(owner)


def _make(instance: DBInstance, shelf: dict[str, DBInstance]) -> None:
    """Make the server of a new instance while it is `creating`, as RDS does.

    Nobody waits here: Terraform's provider asks for the first time after a minute.
    """
    server = Server(
        f"rds-{instance.dbi_resource_id}",
        instance.master_username,
        _password(instance),
        instance.db_name or "postgres",
        int(instance.port or 5432),
        only_tls=_only_tls(instance),
    )
    try:
        with _one_at_a_time:
            server.create()
        instance.server, instance.port = server, server.port
        _apply_changes(instance)
    except Exception:
        if not _stopping.is_set():  # else the next start makes it
            instance.status = "failed"
        raise
    instance.status = "available"
    if shelf.get(instance.db_instance_identifier) is not instance:  # deleted meanwhile
        server.delete()
    snapshot.save_soon()  # a database forgotten by a crash could never be made again


def _apply_changes(instance: DBInstance) -> None:
    if _password(instance) != instance.server.password:
        instance.server.change_password(_password(instance))
    _apply_tls_rule(instance)


def _passwords() -> None:
    """A managed password is random, and what Secrets Manager tells is what the server takes."""

    @around(MasterUserSecret)
    def _generate_secret_string(original: Any, self: MasterUserSecret) -> str:
        secret = original(self)
        self.resource.managed_password = json.loads(secret)["password"]
        return secret

    @method(MasterUserSecret)
    def rotate_secret(self: MasterUserSecret) -> None:
        self._status = "rotating"
        self.secretsmanager.put_secret_value(
            self.secret.arn, self._generate_secret_string(), None, None, None
        )


def _password(instance: DBInstance) -> str:
    if instance.manage_master_user_password:
        return str(instance.managed_password)
    return str(instance._master_user_password)


def _only_tls(instance: DBInstance) -> bool:
    """RDS for PostgreSQL 15 and later refuses plain connections unless a parameter group allows."""
    for group in instance.db_parameter_groups():
        chosen = group.parameters.get("rds.force_ssl", {}).get("ParameterValue")
        if chosen is not None:
            return str(chosen) == "1"
    return True


def _apply_tls_rule(instance: DBInstance) -> None:
    if instance.server.only_tls != _only_tls(instance):
        instance.server.only_tls = _only_tls(instance)
        instance.server.reload()


def _pauses() -> None:
    @around(RDSBackend)
    def stop_db_instance(original: Any, self: RDSBackend, *args: Any, **kw: Any) -> DBInstance:
        instance = original(self, *args, **kw)
        if hasattr(instance, "server"):
            instance.server.stop()
        return instance

    @around(RDSBackend)
    def start_db_instance(original: Any, self: RDSBackend, *args: Any, **kw: Any) -> DBInstance:
        instance = original(self, *args, **kw)
        if hasattr(instance, "server"):
            instance.server.start()
        return instance

    @around(RDSBackend)
    def reboot_db_instance(original: Any, self: RDSBackend, *args: Any, **kw: Any) -> DBInstance:
        instance = original(self, *args, **kw)
        if hasattr(instance, "server"):
            instance.server.stop()
            instance.server.start()
        return instance
