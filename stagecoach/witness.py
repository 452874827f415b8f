"""The crawler as a witness: what it inferred of the clean zone against the declaration."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from stagecoach import aws
from stagecoach.depot import Depot
from stagecoach.log import log


def has_crawled(body: str) -> bool:
    """Whether an event says that a crawler did its work."""
    try:
        detail = json.loads(body)["detail"]
        return bool(detail.get("crawlerName")) and detail.get("state") == "Succeeded"
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def bear_witness(depot: Depot, dataset: str) -> None:
    """Note where the catalogue's table differs from the declaration; a table that is not there
    says nothing.
    """
    columns = inferred(depot.settings.glue_database, dataset)
    if columns is not None:
        answer = depot.ledger.note_inferred(dataset, columns)
        log("compared with the catalogue", dataset=dataset, step="crawl", **answer)


def inferred(database: str, dataset: str) -> list[dict[str, Any]] | None:
    """The columns (Name, Type) of a dataset's table in the catalogue, or None."""
    try:
        answer = aws.glue().get_table(DatabaseName=database, Name=dataset)
    except ClientError as error:
        if aws.error_code(error) == "EntityNotFoundException":
            return None
        raise
    columns = answer["Table"].get("StorageDescriptor", {}).get("Columns", [])
    return [{"Name": column["Name"], "Type": column.get("Type", "")} for column in columns]
