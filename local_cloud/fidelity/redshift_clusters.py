"""Redshift clusters: passwords that Secrets Manager keeps, an identity each, relocation."""

from __future__ import annotations

import json
import secrets
import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import Cluster, redshift_backends
from moto.redshift.responses import RedshiftResponse
from moto.secretsmanager import secretsmanager_backends

from local_cloud.fidelity.patching import around

# https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html
_STATUS = {True: "enabled", False: "disabled"}


def install() -> None:
    """Patch moto's Redshift."""
    # A response field is an attribute of the model, also of a cluster that an older cloud made.
    Cluster.cluster_namespace_arn = None
    Cluster.master_password_secret_arn = None
    Cluster.master_password_secret_kms_key_id = None

    @around(RedshiftResponse)
    def create_cluster(original: Any, self: RedshiftResponse) -> ActionResult:
        managed = self._get_bool_param("ManageMasterPassword", False)
        if managed:  # the cluster's server is made with it, hence before
            self.params["MasterUserPassword"] = secrets.token_urlsafe(24)
        answer = original(self)
        cluster = answer.result["Cluster"]
        cluster.cluster_namespace_arn = _namespace(cluster)
        _relocation(self, cluster)
        if managed:
            _keep_password(self, cluster)
        return answer

    @around(RedshiftResponse)
    def modify_cluster(original: Any, self: RedshiftResponse) -> ActionResult:
        answer = original(self)
        _relocation(self, answer.result["Cluster"])
        return answer

    @around(RedshiftResponse)
    def delete_cluster(original: Any, self: RedshiftResponse) -> ActionResult:
        backend = redshift_backends[self.current_account][self.region]
        cluster = backend.clusters.get(self._get_param("ClusterIdentifier"))
        answer = original(self)
        if cluster is not None and cluster.master_password_secret_arn:
            _secrets(self).delete_secret(
                cluster.master_password_secret_arn,
                recovery_window_in_days=None,
                force_delete_without_recovery=True,
            )
        return answer


def _keep_password(response: RedshiftResponse, cluster: Cluster) -> None:
    """A secret of the name and with the content that Redshift gives it."""
    content = {
        "username": cluster.master_username,
        "password": cluster.master_user_password,
    }
    name = f"redshift!{cluster.cluster_identifier}-{cluster.master_username}"
    secret = _secrets(response).create_managed_secret(
        service_name="redshift",
        secret_id=name,
        secret_string=json.dumps(content),
        kms_key_id=response._get_param("MasterPasswordSecretKmsKeyId"),
        tags=[{"Key": "aws:redshift:primaryClusterArn", "Value": cluster.arn}],
    )
    cluster.master_password_secret_arn = secret.arn
    cluster.master_password_secret_kms_key_id = secret.kms_key_id


def _relocation(response: RedshiftResponse, cluster: Cluster) -> None:
    wanted = response._get_bool_param("AvailabilityZoneRelocation")
    if wanted is not None:
        cluster.availability_zone_relocation_status = _STATUS[wanted]


def _namespace(cluster: Cluster) -> str:
    start = cluster.arn.partition(":cluster:")[0]
    return f"{start}:namespace:{uuid.uuid4()}"


def _secrets(response: RedshiftResponse) -> Any:
    return secretsmanager_backends[response.current_account][response.region]
