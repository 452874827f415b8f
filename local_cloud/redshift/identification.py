"""Who asks the Data API, and which database he means.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_ExecuteStatement.html
"""

from __future__ import annotations

import json
from typing import Any

import pg8000.native
from moto.redshift.models import Cluster, redshift_backends
from moto.redshiftdata.exceptions import ValidationException
from moto.secretsmanager.models import secretsmanager_backends

from local_cloud.redshift.errors import Failed, shaped
from local_cloud.redshift.executions import Place
from local_cloud.redshift.objects import CloudObjects
from local_cloud.redshift.results import in_quotes
from local_cloud.redshift.session import Session

# The same for a cluster that is paused: nothing listens at its endpoint.
_NO_ENDPOINT = "Redshift endpoint doesn't exist in this region."


def place(account: str, region: str, asked: dict[str, Any], *, connected: bool = False) -> Place:
    """What a request means. Raises ValidationException where it means nothing."""
    workgroup, cluster = asked.get("WorkgroupName"), asked.get("ClusterIdentifier")
    if workgroup:
        if cluster:
            raise ValidationException(
                "Only one of ClusterIdentifier and WorkgroupName may be given."
            )
        raise ValidationException(
            f"the local cloud has no Redshift Serverless, so there is no workgroup {workgroup} - "
            "use a provisioned cluster and its ClusterIdentifier"
        )
    if asked.get("DbUser") and asked.get("SecretArn"):
        raise ValidationException("Only one of DbUser and SecretArn may be given.")
    if not cluster:
        raise ValidationException("ClusterIdentifier or WorkgroupName must be given.")
    database = (asked.get("ConnectedDatabase") if connected else None) or asked.get("Database")
    if not database:
        raise ValidationException("Database must be given.")
    found = Place(account, region, cluster, database, asked.get("DbUser"), asked.get("SecretArn"))
    cluster_of(found)
    if found.secret:
        _credentials(found)
    return found


def cluster_of(where: Place) -> Cluster:
    """The cluster, which has a server. Raises ValidationException when it is not to be reached."""
    cluster = redshift_backends[where.account][where.region].clusters.get(where.cluster)
    if cluster is None or cluster.status != "available" or not hasattr(cluster, "server"):
        raise ValidationException(_NO_ENDPOINT)
    return cluster


def open_session(where: Place) -> Session:
    """A session as whoever asks. Raises Failed as Redshift refuses him."""
    try:
        cluster = cluster_of(where)
        connection = _connection(where, cluster)
    except pg8000.native.DatabaseError as refused:
        raise shaped(refused, 0) from refused
    except (ValidationException, pg8000.native.InterfaceError, OSError) as gone:
        raise Failed(f"Connection to {where.cluster} failed: {gone}") from gone

    def assume(role: str) -> None:
        if role != "default" and role not in cluster.iam_roles_arn:
            user = where.user or cluster.master_username
            arn = f"{where.arn.replace(':cluster:', ':dbuser:')}/{user}"
            raise Failed(f"User {arn} is not authorized to assume IAM Role {role}")

    objects = CloudObjects(where.region)
    return Session(connection, objects, assume=assume)


def _connection(where: Place, cluster: Cluster) -> pg8000.native.Connection:
    if where.secret:
        user, password = _credentials(where)
        return cluster.server.connect_native(where.database, user, password)
    connection = cluster.server.connect_native(where.database, admin=bool(where.user))
    if where.user:
        # GetClusterCredentials: a password of his own that is good for minutes
        connection.run(f"set session authorization {in_quotes(where.user)}")
    return connection


def _credentials(where: Place) -> tuple[str, str]:
    """User and password of the secret. Raises ValidationException when it is none."""
    try:
        told = secretsmanager_backends[where.account][where.region].get_secret_value(
            where.secret, "", ""
        )
        content = json.loads(told["SecretString"])
        named = content.get("dbClusterIdentifier", where.cluster)
        user, password = str(content["username"]), str(content["password"])
    except (KeyError, ValueError, TypeError) as wrong:
        raise ValidationException(
            f"The secret {where.secret} must be JSON with username and password."
        ) from wrong
    except Exception as missing:
        raise ValidationException(f"{where.secret}: {missing}") from missing
    if named != where.cluster:
        raise ValidationException(
            f"The secret {where.secret} is of the cluster {named}, not of {where.cluster}."
        )
    return user, password
