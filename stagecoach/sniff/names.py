"""What the name of a file says about it."""

from __future__ import annotations

from stagecoach import packing
from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused

TEXT_FORMATS = ("csv", "json", "jsonl")
NOT_READ = tuple(ending for ending in packing.ARCHIVES if ending not in packing.ENDINGS)


def pinned_name(dataset: Dataset, key: str) -> str:
    """The plain name of a pinned copy: `data.csv`, `data.csv.gz`, `data.parquet`."""
    ending = packing.ending(key) if dataset.source.format in TEXT_FORMATS else ""
    suffix = ending if ending in packing.ENDINGS else ""
    return f"data.{dataset.source.format}{suffix}"


def check_extension(dataset: Dataset, name: str) -> None:
    """Raises FileRefused for a compression that is not read, or not with this format."""
    ending = packing.ending(name.rsplit("/", 1)[-1])
    if ending in NOT_READ:
        raise FileRefused(
            f"the file is named {ending}, which is not read - wanted it plain or as .gz, .zip or "
            ".zst; send it again like that"
        )
    if ending in packing.ENDINGS and dataset.source.format not in TEXT_FORMATS:
        raise FileRefused(
            f"the file is named {ending} - wanted plain {dataset.source.format}, which is "
            "compressed inside; send it as it was written"
        )
