"""Ask Athena on AWS: in the environment's workgroup, which decides where results go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach.errors import Permanent, Unavailable
from workbench.queries.query import Answer

OVER = ("SUCCEEDED", "FAILED", "CANCELLED")
LOOKS = (0.2, 0.3, 0.5, 1.0)  # seconds between looks, the last one again and again


def ask(client: Any, env: str, text: str) -> Answer:
    """Run a query and wait for its end; one that is given up here is stopped there.

    Raises Permanent with Athena's own reason when it fails, Unavailable when AWS does not answer.
    """
    try:
        begun = client.start_query_execution(
            QueryString=text,
            WorkGroup=f"stagecoach-{env}",
            QueryExecutionContext={"Database": f"stagecoach_{env}"},
        )["QueryExecutionId"]
        try:
            ended = _wait(client, begun)
        except BaseException:
            client.stop_query_execution(QueryExecutionId=begun)
            raise
        _check(ended["Status"])
        rows = list(_rows(client, begun))
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"Athena does not answer: {error}") from error
    scanned = ended.get("Statistics", {}).get("DataScannedInBytes")
    return Answer(rows[0], tuple(rows[1:]), scanned)


def _wait(client: Any, query: str) -> dict[str, Any]:
    looks = iter(LOOKS)
    while True:
        found = client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if found["Status"]["State"] in OVER:
            return dict(found)
        time.sleep(next(looks, LOOKS[-1]))


def _check(status: dict[str, Any]) -> None:
    if status["State"] != "SUCCEEDED":
        reason = status.get("StateChangeReason") or "it gave no reason"
        raise Permanent(f"Athena ended the query as {status['State'].lower()}: {reason}")


def _rows(client: Any, query: str) -> Iterator[tuple[str | None, ...]]:
    """The names of the columns, then every row; of a select Athena sends them as the first row."""
    pages = client.get_paginator("get_query_results")
    for page in pages.paginate(QueryExecutionId=query):
        for row in page["ResultSet"]["Rows"]:
            yield tuple(cell.get("VarCharValue") for cell in row["Data"])
