"""Batches of SQS messages: each is handled by itself, and only those that failed come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from stagecoach.errors import StagecoachError
from stagecoach.log import log

Failures = dict[str, list[dict[str, str]]]


def one_by_one(
    records: Iterable[dict[str, Any]], handle: Callable[[dict[str, Any]], None]
) -> Failures:
    """Handle every record; answers `batchItemFailures` as Lambda wants it."""
    failed = []
    for record in records:
        try:
            handle(record)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other messages go on
            kind = "put back" if isinstance(error, StagecoachError) else "crashed"
            log(kind, message_id=record["messageId"], error=f"{type(error).__name__}: {error}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
