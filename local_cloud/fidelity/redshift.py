"""Redshift: the fields Terraform waits for, and parameter groups that can be changed."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import Cluster
from moto.redshift.responses import RedshiftResponse

from local_cloud.fidelity.patching import around, method


def install() -> None:
    """Patch moto's Redshift."""
    # The query protocol serialises attributes: a response field is an attribute of the model.
    Cluster.cluster_availability_status = "Available"
    Cluster.availability_zone_relocation_status = "disabled"
    Cluster.multi_az = "Disabled"
    Cluster.maintenance_track_name = "current"
    Cluster.manual_snapshot_retention_period = -1

    @around(Cluster)
    def __init__(original: Any, self: Cluster, *args: Any, **options: Any) -> None:  # noqa: N807
        original(self, *args, **options)
        self.preferred_maintenance_window = self.preferred_maintenance_window.lower()

    @method(RedshiftResponse)
    def modify_cluster_parameter_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ParameterGroupName")
        chosen = _chosen(self, name)
        for parameter in self._get_param("Parameters", []):
            chosen[parameter["ParameterName"]] = parameter["ParameterValue"]
        return ActionResult({"ParameterGroupName": name, "ParameterGroupStatus": "ok"})

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


def _chosen(response: RedshiftResponse, name: str) -> dict[str, str]:
    """The values a user set in a parameter group, kept on the group."""
    group = response.redshift_backend.describe_cluster_parameter_groups(name)[0]
    return group.__dict__.setdefault("chosen", {})


def _with_choice(parameter: dict[str, Any], chosen: dict[str, str]) -> dict[str, Any]:
    name = parameter["ParameterName"]
    if name not in chosen:
        return parameter
    return {**parameter, "ParameterValue": chosen[name], "Source": "user"}
