"""Managed admin passwords: random, told by Secrets Manager, rotated there.

https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
"""

from __future__ import annotations

import json
import secrets
import string
from typing import Any

from moto.redshift.models import Cluster, RedshiftBackend, redshift_backends
from moto.redshift.responses import RedshiftResponse
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from local_cloud.fidelity.patching import around


def install() -> None:
    """Hook creation, change and deletion of clusters, and the rotation of secrets."""
    Cluster.master_password_secret_arn = None
    Cluster.master_password_secret_kms_key_id = None

    @around(RedshiftResponse)
    def create_cluster(original: Any, self: RedshiftResponse) -> Any:
        managed = self._get_param("ManageMasterPassword")
        if managed:
            self.params["MasterUserPassword"] = new_password()
        answer = original(self)
        if managed:
            manage(_asked_for(self), self._get_param("MasterPasswordSecretKmsKeyId"))
        return answer

    @around(RedshiftResponse)
    def modify_cluster(original: Any, self: RedshiftResponse) -> Any:
        managed, cluster = self._get_param("ManageMasterPassword"), _asked_for(self)
        if managed and cluster.master_password_secret_arn is None:
            self.params["MasterUserPassword"] = new_password()
        answer = original(self)
        if managed and cluster.master_password_secret_arn is None:
            manage(cluster, self._get_param("MasterPasswordSecretKmsKeyId"))
        if managed is False:
            _forget(cluster)
        return answer

    @around(RedshiftBackend)
    def delete_cluster(original: Any, self: RedshiftBackend, **options: Any) -> Cluster:
        cluster = original(self, **options)
        _forget(cluster)
        return cluster

    @around(SecretsManagerBackend)
    def rotate_secret(
        original: Any, self: SecretsManagerBackend, secret_id: str, *args: Any, **options: Any
    ) -> Any:
        cluster = _owner(self, secret_id)
        if cluster is None:
            return original(self, secret_id, *args, **options)
        return _rotate(self, cluster)


def new_password() -> str:
    """As Redshift wants them: 8 to 64 characters with upper case, lower case and a digit."""
    letters = string.ascii_letters + string.digits
    return "Aa1" + "".join(secrets.choice(letters) for _ in range(29))


def manage(cluster: Cluster, key: str | None) -> None:
    """Have Secrets Manager tell the password that the cluster has."""
    secret = _backend(cluster).create_managed_secret(
        service_name="redshift",
        secret_id=f"redshift!{cluster.cluster_identifier}-{cluster.master_username}",
        secret_string=_content(cluster),
        description=f"The secret associated with the Redshift cluster: {cluster.arn}",
        kms_key_id=key,
        tags=[{"Key": "aws:redshift:primaryClusterArn", "Value": cluster.arn}],
    )
    cluster.master_password_secret_arn = secret.arn
    cluster.master_password_secret_kms_key_id = secret.kms_key_id


def _rotate(backend: SecretsManagerBackend, cluster: Cluster) -> str:
    cluster.master_user_password = new_password()
    if hasattr(cluster, "server"):
        cluster.server.change_password(cluster.master_user_password)
    arn = cluster.master_password_secret_arn
    return str(backend.put_secret_value(arn, _content(cluster), None, None, ["AWSCURRENT"]))


def _forget(cluster: Cluster) -> None:
    arn, cluster.master_password_secret_arn = cluster.master_password_secret_arn, None
    if arn is not None:
        _backend(cluster).delete_secret(
            arn, recovery_window_in_days=None, force_delete_without_recovery=True
        )


def _owner(backend: SecretsManagerBackend, secret_id: str) -> Cluster | None:
    """The cluster whose password a secret tells."""
    clusters = redshift_backends[backend.account_id][backend.region_name].clusters
    for cluster in clusters.values():
        arn = cluster.master_password_secret_arn
        if arn and (secret_id == arn or f":secret:{secret_id}-" in arn):
            return cluster
    return None


def _content(cluster: Cluster) -> str:
    return json.dumps(
        {"username": cluster.master_username, "password": cluster.master_user_password}
    )


def _backend(cluster: Cluster) -> SecretsManagerBackend:
    return secretsmanager_backends[cluster.account_id][cluster.region]


def _asked_for(response: RedshiftResponse) -> Cluster:
    name = response._get_param("ClusterIdentifier")
    return response.redshift_backend.describe_clusters(name)[0]
