"""Materialized views follow the loads, in both databases.

Level-triggered: the ledger knows which loads a view holds, so looking twice, late or never after
one of them changes nothing in the end. A view that cannot be refreshed shows what was there before;
the loads stay applied, and somebody is told once.
"""

from __future__ import annotations

import time
from typing import Any

from stagecoach.depot import Depot
from stagecoach.errors import Retryable, StagecoachError, Unavailable
from stagecoach.log import log
from stagecoach.quoting import quoted
from stagecoach.warehouse import REASON_CHARACTERS, Redshift

View = dict[str, Any]

# A begun refresh whose statement was not noted belongs to a function that may still be at it.
GRACE_SECONDS = 120.0


def refresh(
    depot: Depot, patience: float, dataset: str | None = None, *, last: bool = False
) -> int:
    """Refresh the stale views of PostgreSQL within `patience` seconds; answers how many were.

    What needs longer is left to whoever has more time; for the `last` one that is a failure.
    """
    give_up = time.monotonic() + patience
    done = 0
    for view in depot.ledger.stale_views("postgres", dataset):
        left = give_up - time.monotonic()
        if left <= 0 or (not last and (view["seconds"] or 0) > left):
            continue
        try:
            answer = depot.ledger.refresh_view(view["schema_name"], view["view_name"], left)
        except Unavailable as slow:
            if last:
                _failed(depot, "postgres", view, slow)
            else:
                log("view left", step="refresh", view=_name(view), reason=str(slow))
        except StagecoachError as error:
            _failed(depot, "postgres", view, error)
        else:
            done += answer is not None
            log("view refreshed", step="refresh", view=_name(view), **(answer or {}))
    return done


def refresh_warehouse(depot: Depot, redshift: Redshift, dataset: str | None = None) -> None:
    """Settle the refreshes that run in Redshift, if they are over, and begin those that are due.

    Never raises for Redshift: no publication waits for a view.
    """
    try:
        for view in depot.ledger.running_refreshes(dataset):
            _judge(depot, redshift, view)
        for view in depot.ledger.stale_views("redshift", dataset):
            begun = depot.ledger.begin_refresh(view["schema_name"], view["view_name"])
            if begun is not None:
                _start(depot, redshift, {**view, **begun})
    except StagecoachError as error:
        log("views not looked at", step="refresh", dataset=dataset, reason=str(error))


def datasets_to_look_at(depot: Depot) -> set[str]:
    """Of every view in Redshift that is stale or being refreshed, one dataset."""
    views = (*depot.ledger.stale_views("redshift"), *depot.ledger.running_refreshes())
    return {view["datasets"][0] for view in views}


def _judge(depot: Depot, redshift: Redshift, view: View) -> None:
    if view["statement_id"] is None:
        if view["running_seconds"] > GRACE_SECONDS:
            _start(depot, redshift, view)
        return
    statement = redshift.describe(view["statement_id"])
    if statement is not None and not statement.is_over:
        return
    if statement is not None and statement.status == "FINISHED":
        depot.ledger.view_refreshed(view["schema_name"], view["view_name"])
        log("view refreshed", step="refresh", view=_name(view), target="redshift")
    elif statement is not None and statement.status == "FAILED":
        _failed(depot, "redshift", view, statement.failure)
    else:
        _failed(depot, "redshift", view, Unavailable("its statement was cancelled or forgotten"))


def _start(depot: Depot, redshift: Redshift, view: View) -> None:
    """Submit a refresh; its end wakes whoever looks at the first of the view's datasets."""
    schema, name = view["schema_name"], view["view_name"]
    statement = f"refresh materialized view {quoted(schema)}.{quoted(name)};"
    wakes = depot.settings.workflow(view["datasets"][0])
    try:
        statement_id = redshift.submit([statement], name=wakes, token=view["token"])
    except StagecoachError as error:
        _failed(depot, "redshift", view, error)
    else:
        depot.ledger.refresh_started(schema, name, statement_id)


def _failed(depot: Depot, target: str, view: View, error: StagecoachError) -> None:
    """Have it tried again later, and somebody told; at once where no retry helps."""
    reason, passing = str(error)[:REASON_CHARACTERS], isinstance(error, Retryable)
    schema, name = view["schema_name"], view["view_name"]
    answer = depot.ledger.view_not_refreshed(target, schema, name, reason, passing=passing)
    log("view not refreshed", step="refresh", view=_name(view), reason=reason, **answer)


def _name(view: View) -> str:
    return f"{view['schema_name']}.{view['view_name']}"
