"""Athena: work groups can be changed, named queries read together and deleted. No query runs here,
and none is said to have: `stagecoach query` asks the same of Spark.
"""

from __future__ import annotations

import json

from moto.athena.models import NamedQuery
from moto.athena.responses import AthenaResponse

from local_cloud.fidelity.patching import method


def install() -> None:
    """Patch moto's Athena."""

    @method(AthenaResponse)
    def delete_named_query(self: AthenaResponse) -> str:
        self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None)
        return "{}"

    @method(AthenaResponse)
    def batch_get_named_query(self: AthenaResponse) -> str:
        there = self.athena_backend.named_queries
        asked = list(self._get_param("NamedQueryIds"))
        lacks = [{"NamedQueryId": each} for each in asked if each not in there]
        found = [_described(there[each]) for each in asked if each in there]
        return json.dumps({"NamedQueries": found, "UnprocessedNamedQueryIds": lacks})

    @method(AthenaResponse)
    def start_query_execution(self: AthenaResponse) -> str:
        raise NotImplementedError("stagecoach query runs the same SQL on Spark")

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


def _described(query: NamedQuery) -> dict[str, str]:
    return {
        "NamedQueryId": query.id,
        "Name": query.name,
        "Description": query.description,
        "Database": query.database,
        "QueryString": query.query_string,
        "WorkGroup": query.workgroup.name,
    }
