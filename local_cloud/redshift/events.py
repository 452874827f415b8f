"""What EventBridge is told when a statement is over.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
"""

from __future__ import annotations

from local_cloud import events
from local_cloud.redshift.executions import Execution

DETAIL_TYPE = "Redshift Data Statement Status Change"


def tell(execution: Execution) -> None:
    """Send the event of an execution that is over, if it was asked for."""
    if not execution.with_event:
        return
    last = execution.statements[-1]
    detail = {
        "principal": f"arn:aws:iam::{execution.place.account}:user/test",
        "statementName": execution.name or "",
        "statementId": execution.id,
        "redshiftQueryId": -1 if execution.is_batch else last.query,
        "state": execution.status,
        "rows": last.result.rows,
        "expireAt": int(execution.expires),
    }
    place = execution.place
    events.emit(place.account, place.region, "aws.redshift-data", DETAIL_TYPE, detail, [place.arn])
