"""Put one file of a dataset into the landing zone, with a progress bar when it is big."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from stagecoach.dataset import Dataset
from workbench import declared
from workbench.aws import Account
from workbench.follow import Followed
from workbench.output import ERR


def upload(account: Account, dataset: Dataset, path: Path) -> Followed:
    """Send `path` to the dataset's prefix, under its own name. Raises Unavailable."""
    key = dataset.source.prefix + path.name
    bar = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
    columns = (TextColumn("{task.description}"), *bar)
    with Progress(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as progress:
        task = progress.add_task(f"send {path.name}", total=path.stat().st_size)
        delivery = account.upload(
            dataset.name, path, key, on_bytes=lambda count: progress.advance(task, count)
        )
    return Followed(f"{dataset.name} {path.name}", delivery)


def upload_to_all(account: Account, dataset: Dataset, path: Path) -> list[Followed]:
    """Send `path`, and follow it into the dataset and into each that takes the same file."""
    sent = upload(account, dataset, path)
    if sent.delivery is None:
        return [sent]
    others = [
        Followed(f"{name} {path.name}", replace(sent.delivery, dataset=name))
        for name in declared.sharing(dataset)
    ]
    return [sent, *others]
