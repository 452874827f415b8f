"""What the name of a file says about it."""

from __future__ import annotations

from stagecoach.dataset import Dataset
from stagecoach.errors import FileRefused

TEXT_FORMATS = ("csv", "json", "jsonl")
NOT_YET = (".zip", ".zst", ".bz2", ".xz", ".7z", ".rar", ".lz4", ".snappy", ".tar", ".tgz")


def pinned_name(dataset: Dataset, key: str) -> str:
    """The plain name of a pinned copy: `data.csv`, `data.csv.gz`, `data.parquet`."""
    suffix = ".gz" if gzipped(key) and dataset.source.format in TEXT_FORMATS else ""
    return f"data.{dataset.source.format}{suffix}"


def gzipped(name: str) -> bool:
    """Whether the name says gzip."""
    return name.lower().endswith(".gz")


def check_extension(dataset: Dataset, name: str) -> None:
    """Raises FileRefused for a compression that is not read, or not with this format."""
    base = name.rsplit("/", 1)[-1]
    for ending in NOT_YET:
        if base.lower().endswith(ending):
            raise FileRefused(
                f"the file is named {ending}, which is not supported yet - "
                "wanted it plain or as .gz; send it again like that"
            )
    if gzipped(name) and dataset.source.format not in TEXT_FORMATS:
        raise FileRefused(
            f"the file is named .gz - wanted plain {dataset.source.format}, which is compressed "
            "inside; send it as it was written"
        )
