"""One turn of a schedule, or one wish of a person: fetch, and tell who wants to know."""

from __future__ import annotations

import urllib.parse
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import catalogue
from stagecoach.alerts import mail
from stagecoach.dataset import Dataset
from stagecoach.errors import FetchFailed, StagecoachError, UnknownDataset
from stagecoach.fetch.bring import bring
from stagecoach.fetch.periods import read
from stagecoach.log import log
from stagecoach.settings import Settings


def take_turn(event: dict[str, Any]) -> dict[str, Any]:
    """Fetch `{"dataset": name, "date": "2023-01" | none, "force": bool}`.

    Answers what `bring` does, or {"outcome": "failed", "reason"}: a failure is mailed, and no retry
    of Lambda's would help where our own did not.
    """
    settings = Settings.read()
    name = str(event.get("dataset"))
    try:
        dataset = catalogue.datasets(settings.artefacts).get(name)
        if dataset is None:
            raise UnknownDataset(f"no dataset is called {name!r} - is it deployed?")
        day = read(event["date"]) if event.get("date") else None
        return bring(settings, dataset, day, force=bool(event.get("force")))
    except (StagecoachError, ClientError, BotoCoreError) as error:
        log("fetch failed", dataset=name, step="fetch", reason=str(error))
        if isinstance(error, FetchFailed) and dataset is not None and dataset.alerts.failure:
            _tell(settings, dataset, str(error))
        return {"dataset": name, "outcome": "failed", "reason": str(error)}


def _tell(settings: Settings, dataset: Dataset, reason: str) -> None:
    host = urllib.parse.urlsplit(dataset.source.fetch.url).netloc if dataset.source.fetch else ""
    mail(
        settings.topic,
        f"{dataset.name}: nothing was fetched from {host}",
        f"{reason}\nThe landing zone and the table are as they were. "
        f"To try now: stagecoach fetch {dataset.name}",
        dataset=dataset.name,
    )
