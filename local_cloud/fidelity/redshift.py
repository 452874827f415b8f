"""Redshift: the fields Terraform reads, parameter groups that can be changed, logging, roles."""

from __future__ import annotations

import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import Cluster
from moto.redshift.responses import RedshiftResponse

from local_cloud.fidelity import redshift_logging
from local_cloud.fidelity.patching import around, method

# What moto does not read of CreateCluster and ModifyCluster, and the attribute that is answered.
_FIELDS = {
    "ManualSnapshotRetentionPeriod": "manual_snapshot_retention_period",
    "MaintenanceTrackName": "maintenance_track_name",
    "DefaultIamRoleArn": "default_iam_role_arn",
    "KmsKeyId": "kms_key_id",
}


def install() -> None:
    """Patch moto's Redshift."""
    # The query protocol serialises attributes: a response field is an attribute of the model.
    Cluster.cluster_availability_status = "Available"
    Cluster.availability_zone_relocation_status = "disabled"
    Cluster.multi_az = "Disabled"
    Cluster.maintenance_track_name = "current"
    Cluster.manual_snapshot_retention_period = -1
    Cluster.default_iam_role_arn = None
    Cluster.cluster_namespace_arn = None
    Cluster.cluster_nodes = property(_nodes)
    _clusters()
    _parameters()
    redshift_logging.install()


def _nodes(cluster: Cluster) -> list[dict[str, str]]:
    """One node does everything; several have a leader. Terraform counts them for the type."""
    many = int(cluster.number_of_nodes)
    compute = [f"COMPUTE-{number}" for number in range(many)]
    return [{"NodeRole": role} for role in (["LEADER", *compute] if many > 1 else ["SHARED"])]


def _clusters() -> None:
    @around(Cluster)
    def __init__(original: Any, self: Cluster, *args: Any, **options: Any) -> None:  # noqa: N807
        original(self, *args, **options)
        self.preferred_maintenance_window = self.preferred_maintenance_window.lower()
        start = self.arn.partition(":cluster:")[0]
        self.cluster_namespace_arn = f"{start}:namespace:{uuid.uuid4()}"

    @around(RedshiftResponse)
    def create_cluster(original: Any, self: RedshiftResponse) -> ActionResult:
        answer = original(self)
        _take_fields(self, answer.result["Cluster"])
        return answer

    @around(RedshiftResponse)
    def modify_cluster(original: Any, self: RedshiftResponse) -> ActionResult:
        answer = original(self)
        cluster = answer.result["Cluster"]
        _take_fields(self, cluster)
        cluster.preferred_maintenance_window = cluster.preferred_maintenance_window.lower()
        return answer

    @method(RedshiftResponse)
    def modify_cluster_iam_roles(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ClusterIdentifier")
        cluster = self.redshift_backend.describe_clusters(name)[0]
        removed = self._get_param("RemoveIamRoles") or []
        kept = [role for role in cluster.iam_roles_arn if role not in removed]
        added = [role for role in self._get_param("AddIamRoles") or [] if role not in kept]
        cluster.iam_roles_arn = kept + added
        if self._get_param("DefaultIamRoleArn") is not None:
            cluster.default_iam_role_arn = self._get_param("DefaultIamRoleArn") or None
        return ActionResult({"Cluster": cluster})

    @method(RedshiftResponse)
    def modify_cluster_subnet_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ClusterSubnetGroupName")
        group = self.redshift_backend.describe_cluster_subnet_groups(name)[0]
        group.subnet_ids = self._get_param("SubnetIds")
        group.description = self._get_param("Description") or group.description
        return ActionResult({"ClusterSubnetGroup": group})


def _parameters() -> None:
    @method(RedshiftResponse)
    def modify_cluster_parameter_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ParameterGroupName")
        chosen = _chosen(self, name)
        for parameter in self._get_param("Parameters", []):
            chosen[parameter["ParameterName"]] = parameter["ParameterValue"]
        return _changed(name)

    @method(RedshiftResponse)
    def reset_cluster_parameter_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ParameterGroupName")
        chosen = _chosen(self, name)
        for parameter in self._get_param("Parameters") or [
            {"ParameterName": each} for each in list(chosen)
        ]:
            chosen.pop(parameter["ParameterName"], None)
        return _changed(name)

    @around(RedshiftResponse)
    def describe_cluster_parameters(original: Any, self: RedshiftResponse) -> ActionResult:
        chosen = _chosen(self, self._get_param("ParameterGroupName"))
        known = original(self).result["Parameters"]
        names = [parameter["ParameterName"] for parameter in known]
        known += [{"ParameterName": name} for name in chosen if name not in names]
        parameters = [_with_choice(parameter, chosen) for parameter in known]
        if self._get_param("Source") == "user":
            parameters = [each for each in parameters if each.get("Source") == "user"]
        return ActionResult({"Parameters": parameters})


def _changed(name: str) -> ActionResult:
    from local_cloud.redshift import clusters  # it stands on the patches of this package

    clusters.apply_tls_rules()
    return ActionResult({"ParameterGroupName": name, "ParameterGroupStatus": "ok"})


def _take_fields(response: RedshiftResponse, cluster: Cluster) -> None:
    for asked, attribute in _FIELDS.items():
        value = response._get_param(asked)
        if value is not None:
            setattr(cluster, attribute, value)
    if response._get_param("AvailabilityZoneRelocation") is not None:
        wanted = response._get_param("AvailabilityZoneRelocation")
        cluster.availability_zone_relocation_status = "enabled" if wanted else "disabled"
    if response._get_param("MultiAZ") is not None:
        cluster.multi_az = "Enabled" if response._get_param("MultiAZ") else "Disabled"
    if isinstance(cluster.cluster_parameter_group_name, str):  # ModifyCluster of moto
        cluster.cluster_parameter_group_name = [cluster.cluster_parameter_group_name]


def _chosen(response: RedshiftResponse, name: str) -> dict[str, str]:
    """The values a user set in a parameter group, kept on the group."""
    group = response.redshift_backend.describe_cluster_parameter_groups(name)[0]
    return group.__dict__.setdefault("chosen", {})


def _with_choice(parameter: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    name = parameter["ParameterName"]
    if name not in chosen:
        return parameter
    return {**parameter, "ParameterValue": chosen[name], "Source": "user"}
