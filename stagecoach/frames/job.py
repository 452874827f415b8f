"""One run of a Glue job: which load it serves, and where that load's things are."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from stagecoach import aws
from stagecoach.dataset import Dataset
from stagecoach.errors import SetupError
from stagecoach.frames.rows.lookups import Rows
from stagecoach.settings import Settings


@dataclass(frozen=True)
class Job:
    """A load on its way through Spark. URIs are whatever Spark's file systems understand."""

    dataset: Dataset
    load_id: str
    attempt: int
    pinned: str
    manifest: str
    clean: str
    rejected: str
    settings: Settings | None = None
    lookups: tuple[Rows, ...] = ()

    @classmethod
    def under(
        cls,
        dataset: Dataset,
        load_id: str,
        attempt: int,
        pinned: str,
        zones: Zones,
        lookups: tuple[Rows, ...] = (),
    ) -> Job:
        """The job of a load whose pinned object is `pinned`, with results in their zones; `lookups`
        are the rows of other datasets that it looks up.
        """
        part = f"{dataset.name}/_load_id={load_id}"
        return cls(
            dataset=dataset,
            load_id=load_id,
            attempt=attempt,
            pinned=pinned,
            manifest=f"{zones.pinned}/{load_id}/manifest.json",
            clean=f"{zones.clean}/{part}",
            rejected=f"{zones.rejected}/{part}",
            settings=zones.settings,
            lookups=lookups,
        )

    @cached_property
    def named(self) -> dict[str, object]:
        """What every log line of the job says."""
        return {"dataset": self.dataset.name, "load_id": self.load_id, "attempt": self.attempt}


@dataclass(frozen=True)
class Zones:
    """The roots of the zones that jobs write: `s3://bucket`, or a folder in tests."""

    pinned: str
    clean: str
    rejected: str
    settings: Settings | None = None

    @classmethod
    def of(cls, settings: Settings) -> Zones:
        """The buckets of an environment."""
        return cls(
            pinned=f"s3://{settings.pinned}",
            clean=f"s3://{settings.clean}",
            rejected=f"s3://{settings.rejected}",
            settings=settings,
        )


def arguments(argv: Sequence[str]) -> dict[str, str]:
    """`--NAME value` and `--NAME=value` pairs, as Glue hands them to a script."""
    found: dict[str, str] = {}
    words = list(argv)
    for place, word in enumerate(words):
        if not word.startswith("--"):
            continue
        name, given, value = word[2:].partition("=")
        follows = words[place + 1] if place + 1 < len(words) else ""
        found[name] = value if given else follows
    return found


def read_job(argv: Sequence[str] | None = None) -> Job:
    """The job that Glue started us for. Raises SetupError that names what is missing."""
    given = arguments(sys.argv[1:] if argv is None else argv)
    settings = Settings.read(given)
    wanted = ("DATASET", "WORKFLOW_NAME", "WORKFLOW_RUN_ID")
    need(given, wanted, "these job arguments are not set: {} - the workflow sets them")
    properties = aws.run_properties(given["WORKFLOW_NAME"], given["WORKFLOW_RUN_ID"])
    need(
        properties,
        ("load_id", "attempt", "pinned_key"),
        "the workflow run lacks the properties {} - start it through the arrive function",
    )
    zones = Zones.of(settings)
    return Job.under(
        _deployed(settings, given["DATASET"]),
        properties["load_id"],
        int(properties["attempt"]),
        f"s3://{settings.pinned}/{properties['pinned_key']}",
        zones,
        tuple(
            Rows(_deployed(settings, name), tuple(loads), f"{zones.clean}/{name}")
            for name, loads in json.loads(properties.get("lookups") or "{}").items()
        ),
    )


def _deployed(settings: Settings, name: str) -> Dataset:
    return Dataset.from_json(aws.read_uri(f"s3://{settings.artefacts}/datasets/{name}.json"))


def need(values: Mapping[str, str], names: Sequence[str], sentence: str) -> None:
    """Raise SetupError with the names of what is not set in the place of the sentence's braces."""
    missing = [name for name in names if not values.get(name)]
    if missing:
        raise SetupError(sentence.format(", ".join(missing)))
