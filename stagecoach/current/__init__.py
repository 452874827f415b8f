"""The catalogue's table `<dataset>_current`: what the live table holds, for Athena.

Level-triggered: what is to be there comes of the ledger, under a lock, so looking twice, late or at
the same time changes nothing. docs/athena.md says what a query sees meanwhile.
"""

from __future__ import annotations

import json
from typing import Any

from stagecoach import aws
from stagecoach.current import tables, writing
from stagecoach.depot import Depot
from stagecoach.errors import StagecoachError
from stagecoach.log import log


def keep(depot: Depot, dataset: str) -> bool:
    """Have the catalogue say what the live table holds; whether anything was changed there.

    Raises Unavailable when the catalogue, S3 or the database does not answer, Permanent when a
    table of that name is somebody else's.
    """
    declared = depot.datasets.get(dataset)
    if declared is None:
        return False
    database = depot.settings.glue_database
    with depot.ledger.current_parts(dataset) as parts:
        if not parts["loads"]:
            return False
        if not tables.is_whole_files(parts):
            return writing.forget(database, dataset)
        manifests = {load: _manifest(depot, load) for load in tables.manifests_for(declared, parts)}
        table = tables.table(declared, parts, manifests, depot.settings.clean)
        changed = writing.write(database, table)
    if changed:
        log(
            "catalogued",
            step="current",
            dataset=dataset,
            table=table.name,
            loads=parts["loads"][-1:],
        )
    return changed


def keep_quietly(depot: Depot, dataset: str) -> StagecoachError | None:
    """The same; what went wrong is logged and answered, for no load waits for the catalogue."""
    try:
        keep(depot, dataset)
    except StagecoachError as error:
        log("not catalogued", step="current", dataset=dataset, error=str(error))
        return error
    return None


def _manifest(depot: Depot, load_id: str) -> dict[str, Any]:
    uri = f"s3://{depot.settings.pinned}/{load_id}/manifest.json"
    return dict(json.loads(aws.read_uri(uri)))
