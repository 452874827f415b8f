"""What the catalogue's table of a dataset is to be; nothing here talks to AWS.

A table is one folder of Parquet, or several where rows were mended, or partitions with a folder
each: one for a load of an append, one for a value of `partition_by` of a mart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stagecoach.dataset import Dataset

SUFFIX = "_current"
LOAD = "_load_id"  # as the crawler calls it in the table of all loads; no column begins so
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
COMMENT_MOST = 255  # characters that Glue takes, of a column and of a table
DESCRIPTION_MOST = 2048

Values = tuple[str, ...]
Manifests = Mapping[str, Mapping[str, Any]]
Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A table of the catalogue. Columns are (name, type, comment), types as Glue spells them.

    `location` is where the rows are; with `files` it is where a list of these is to be, and of a
    partitioned table only what its partitions, `parts`, have in common. `facts` are for people.
    """

    name: str
    description: str
    columns: tuple[tuple[str, str, str], ...]
    location: str
    files: tuple[str, ...] = ()
    keys: tuple[tuple[str, str, str], ...] = ()
    parts: tuple[tuple[Values, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> str:
        """Equal where nothing differs."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def is_whole_files(parts: Parts) -> bool:
    """Whether some files, each as it is, are the live table: not where later rows replace earlier
    ones, nor before the first whole file of a dataset that was of such a mode.
    """
    return parts["mode"] == "append" or (
        parts["mode"] in ("snapshot", "replace") and parts["whole"] is not None
    )


def manifests_for(dataset: Dataset, parts: Parts) -> list[str]:
    """The loads whose manifests `table` needs."""
    if partition_by(dataset):
        return list(parts["loads"][-1:])
    several = parts["mode"] != "append" and len(parts["loads"]) > 1
    return list(parts["loads"]) if several else []


def partition_by(dataset: Dataset) -> str | None:
    """The column whose values are a mart's partitions."""
    mart = dataset.source.mart
    return mart.partition_by if mart else None


def table(dataset: Dataset, parts: Parts, manifests: Manifests, clean: str) -> Table:
    """The table of a dataset; `parts` is what `etl.current_parts` answers, with loads."""
    loads, by = list(parts["loads"]), partition_by(dataset)
    columns = _columns(dataset, parts)
    facts = _facts(parts)
    about: dict[str, Any] = {
        "name": f"{dataset.name}{SUFFIX}",
        "description": _description(dataset, parts)[:DESCRIPTION_MOST],
        "facts": facts,
    }
    folder = f"s3://{clean}/{dataset.name}/"
    if by:
        return Table(
            **about,
            columns=tuple(each for each in columns if each[0] != by),
            location=folder,
            keys=tuple(each for each in columns if each[0] == by),
            parts=_of_mart(manifests[loads[-1]]),
        )
    if parts["mode"] == "append":
        each_load = tuple(((load,), f"{folder}{LOAD}={load}/") for load in loads)
        keys = ((LOAD, "string", "The load that brought the rows"),)
        return Table(**about, columns=columns, location=folder, keys=keys, parts=each_load)
    if len(loads) > 1:
        files = tuple(file for load in loads for file in manifests[load]["files"])
        where = f"s3://{clean}/_current/{dataset.name}/{loads[-1]}/"
        return Table(**about, columns=columns, location=where, files=files)
    return Table(**about, columns=columns, location=f"{folder}{LOAD}={loads[0]}/")


def _columns(dataset: Dataset, parts: Parts) -> tuple[tuple[str, str, str], ...]:
    said = {column.name: column.description or "" for column in dataset.columns}
    return tuple(
        (each["name"], each["type"], _one_line(said.get(each["name"], "")))
        for each in parts["columns"]
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())[:COMMENT_MOST]


def _of_mart(manifest: Mapping[str, Any]) -> tuple[tuple[Values, str], ...]:
    found = {}
    for part in manifest["partitions"]:
        value = NO_VALUE if part["value"] is None else str(part["value"])
        found[(value,)] = part["files"][0].rpartition("/")[0] + "/"
    return tuple(sorted(found.items()))


def _facts(parts: Parts) -> tuple[tuple[str, str], ...]:
    return (
        ("stagecoach.applied_at", str(parts["applied_at"])),
        ("stagecoach.extra_rows", str(parts["extra_rows"])),
        ("stagecoach.load_id", str(parts["loads"][-1])),
    )


def _description(dataset: Dataset, parts: Parts) -> str:
    extra = int(parts["extra_rows"])
    if not extra:
        return dataset.description
    return f"{dataset.description} ({extra:,} rows more than the live table: earlier ones of a key)"
