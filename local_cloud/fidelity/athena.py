"""Athena: work groups can be changed, named queries deleted."""

from __future__ import annotations

from moto.athena.responses import AthenaResponse

from local_cloud.fidelity.patching import method


def install() -> None:
    """Patch moto's Athena."""

    @method(AthenaResponse)
    def delete_named_query(self: AthenaResponse) -> str:
        self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None)
        return "{}"

    @method(AthenaResponse)
    def update_work_group(self: AthenaResponse) -> str:
        group = self.athena_backend.work_groups[self._get_param("WorkGroup")]
        if self._get_param("Description") is not None:
            group.description = self._get_param("Description")
        group.state = self._get_param("State") or group.state
        updates = dict(self._get_param("ConfigurationUpdates") or {})
        result = updates.pop("ResultConfigurationUpdates", None) or {}
        if updates.pop("RemoveBytesScannedCutoffPerQuery", None):
            group.configuration.pop("BytesScannedCutoffPerQuery", None)
        group.configuration.update(updates)
        kept = {key: value for key, value in result.items() if not key.startswith("Remove")}
        if kept:
            group.configuration.setdefault("ResultConfiguration", {}).update(kept)
        return "{}"
