"""The deployed declarations: read from the artefacts bucket, again only when they change."""

from __future__ import annotations

from collections.abc import Mapping

from stagecoach import aws
from stagecoach.dataset import Dataset
from stagecoach.errors import UnknownDataset

FOLDER = "datasets/"
_read: dict[tuple[str, str, str], Dataset] = {}


def datasets(artefacts: str) -> dict[str, Dataset]:
    """Every deployed dataset by name; an object is read once per ETag and process."""
    found = {}
    for item in aws.list_objects(artefacts, FOLDER):
        identity = (artefacts, item["Key"], item["ETag"])
        if item["Key"].endswith(".json") and identity not in _read:
            text = aws.read_object(artefacts, item["Key"])
            if text is None:
                continue
            _read[identity] = Dataset.from_json(text)
        if identity in _read:
            found[_read[identity].name] = _read[identity]
    return found


def matching(key: str, deployed: Mapping[str, Dataset]) -> list[Dataset]:
    """The datasets with the longest prefix of `key`, by name: several for a workbook's sheets.

    No file is a mart's. Raises UnknownDataset.
    """
    loaded = [one for one in deployed.values() if one.source.mart is None]
    fitting = [one for one in loaded if key.startswith(one.source.prefix)]
    if not fitting:
        prefixes = ", ".join(sorted(one.source.prefix for one in loaded)) or "none"
        raise UnknownDataset(
            f"no dataset is declared for {key!r} - declared prefixes are {prefixes}; "
            "add one to datasets/ or send the file under another key"
        )
    longest = max(len(one.source.prefix) for one in fitting)
    nearest = [one for one in fitting if len(one.source.prefix) == longest]
    return sorted(nearest, key=lambda one: one.name)
