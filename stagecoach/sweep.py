"""Compare the landing zone, Glue and the ledger, so that a lost event only delays a load."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws, catalogue
from stagecoach.alerts import send_alerts
from stagecoach.arrive import Delivery, take_in_for
from stagecoach.current import keep_quietly
from stagecoach.depot import Depot
from stagecoach.dispatch import dispatch
from stagecoach.errors import StagecoachError, Unavailable, UnknownDataset
from stagecoach.log import log
from stagecoach.marts import build_due
from stagecoach.settle import reconcile
from stagecoach.views import refresh

PAGE = 1_000
# Of the 300 that Terraform gives the function.
REFRESH_SECONDS = 200.0


def sweep(depot: Depot, now: str | None = None) -> dict[str, int]:
    """Take in what no event told of, settle what ended unseen, start what can start.

    `now` is the time by the clock that called, ISO 8601. Answers {"found", "troubled", "missed",
    "dropped", "refreshed", "alerts"}: `missed` counts the days of batches that lack something after
    their deadline. What goes wrong with one file
    or dataset does not keep the others from being looked at. Raises Unavailable at the end, for an
    alarm of the function, when the catalogue cannot be told what live tables hold.
    """
    found, troubled = 0, 0
    for delivery, name in sorted(unsettled(depot), key=lambda each: each[0].event_time):
        try:
            take_in_for(depot, delivery, depot.datasets[name])
            found += 1
        except (StagecoachError, ClientError, BotoCoreError) as error:
            troubled += 1
            log("sweep", step="arrive", key=delivery.key, error=str(error))
    missed = missed_days(depot, now)
    for name in depot.datasets:
        try:
            reconcile(depot, name)
            dispatch(depot, name)
        except (StagecoachError, ClientError, BotoCoreError) as error:
            troubled += 1
            log("sweep", step="settle", dataset=name, error=str(error))
    troubled += not builds(depot)
    refreshed = refresh(depot, REFRESH_SECONDS, last=True)
    behind = [name for name in depot.datasets if keep_quietly(depot, name) is not None]
    dropped = depot.ledger.drop_old_stages()
    summary = {"found": found, "troubled": troubled, "dropped": dropped, "refreshed": refreshed}
    summary["missed"] = missed
    summary["alerts"] = send_alerts(depot)
    log("swept", **summary)
    if behind:
        raise Unavailable(f"the catalogue's tables of {', '.join(behind)} cannot be written")
    return summary


def missed_days(depot: Depot, now: str | None) -> int:
    """How many days of batches are told to lack something, now that their deadlines passed."""
    try:
        return int(depot.ledger.look_at_batches(now)["alerted"])
    except StagecoachError as error:
        log("sweep", step="batches", error=str(error))
        return 0


def builds(depot: Depot) -> bool:
    """Start the marts that are due; whether nothing went wrong."""
    try:
        build_due(depot)
    except (StagecoachError, ClientError, BotoCoreError) as error:
        log("sweep", step="mart", error=str(error))
        return False
    return True


def unsettled(depot: Depot) -> list[tuple[Delivery, str]]:
    """Landed versions that did not get as far as the queue of a dataset, oldest first within each
    key, and that dataset's name.
    """
    waiting: list[tuple[Delivery, str]] = []
    versions = landed(depot)
    while page := list(islice(versions, PAGE)):
        open_ones = depot.ledger.unsettled_versions(depot.settings.landing, page)
        for one in open_ones:
            name = one.pop("dataset")
            delivery = Delivery(bucket=depot.settings.landing, sequencer=None, **one)
            waiting.append((delivery, name))
    # S3 lists the newest version of a key first; the ledger numbers deliveries as they come.
    return waiting[::-1]


def landed(depot: Depot) -> Iterator[dict[str, Any]]:
    """Every version in the landing zone that datasets are declared for, folder markers aside."""
    for version in aws.list_versions(depot.settings.landing, ""):
        if not version["Key"].endswith("/") and (takers := _takers(depot, version["Key"])):
            yield {
                "key": version["Key"],
                "datasets": takers,
                "version_id": version["VersionId"],
                "size": version["Size"],
                "etag": str(version["ETag"]).strip('"'),
                "event_time": version["LastModified"].isoformat(),
            }


def _takers(depot: Depot, key: str) -> list[str]:
    try:
        return [dataset.name for dataset in catalogue.matching(key, depot.datasets)]
    except UnknownDataset:
        return []
