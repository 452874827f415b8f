"""Pages of an answer, in the two shapes that the Data API has.

https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResult.html
https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_GetStatementResultV2.html
"""

from __future__ import annotations

import base64
import csv
import io
from typing import Any

from moto.redshiftdata.exceptions import ValidationException

from local_cloud.redshift.executions import known
from local_cloud.redshift.results import Result, Value, cell

PAGE_ROWS = 1000  # AWS pages by size, which nobody can rely on either


def as_json(result: Result, first: int) -> tuple[dict[str, Any], int]:
    """A page of typed fields, and where the next one begins."""
    last = first + PAGE_ROWS
    records = [[cell(value) for value in row] for row in result.records[first:last]]
    return _with_columns(result) | {"Records": records}, last


def as_csv(result: Result, first: int) -> tuple[dict[str, Any], int]:
    """A page of text, whose first line names the columns."""
    last = first + PAGE_ROWS
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in result.columns or []])
    writer.writerows([[_text(value) for value in row] for row in result.records[first:last]])
    return _with_columns(result) | {
        "ResultFormat": "CSV",
        "Records": [{"CSVRecords": out.getvalue()}],
    }, last


def _with_columns(result: Result) -> dict[str, Any]:
    return {
        "ColumnMetadata": [column.metadata() for column in result.columns or []],
        "TotalNumRows": len(result.records),
    }


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def opened(token: str | None) -> int:
    """Where a page begins. Raises ValidationException for a token that is not ours."""
    try:
        return int(base64.b64decode(token or "MA=="))
    except ValueError as wrong:
        raise ValidationException("Invalid NextToken.") from wrong


def following(last: int, total: int) -> dict[str, Any]:
    """The token of the next page, if there is one."""
    token = base64.b64encode(str(last).encode()).decode()
    return known(NextToken=token if last < total else None)
