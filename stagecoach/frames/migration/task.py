"""One run of the job: which migration it serves, and where that migration's files are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from stagecoach import aws
from stagecoach.dataset import Dataset, RedshiftTarget
from stagecoach.errors import SetupError
from stagecoach.frames.job import need
from stagecoach.settings import Settings, Warehouse

FOLDER = "migrations"  # in the pinned zone; no load has an id like it


@dataclass(frozen=True)
class Task:
    """An attempt of one migration; its files are below `folder`."""

    dataset: Dataset
    migration_id: str
    attempt: int
    zone: str

    @property
    def folder(self) -> str:
        """Where the files of this migration are."""
        return self.folder_of(self.migration_id)

    def folder_of(self, migration_id: str) -> str:
        """Where the files of another one are."""
        return f"{self.zone}/{FOLDER}/{migration_id}"

    @property
    def manifest(self) -> str:
        """Where it is written down what was read."""
        return f"{self.folder}/manifest.json"

    @property
    def target(self) -> RedshiftTarget:
        """The table in Redshift. Raises SetupError for a dataset that has none."""
        if self.dataset.redshift is None:
            raise SetupError(f"dataset {self.dataset.name} has no target in Redshift")
        return self.dataset.redshift

    @cached_property
    def named(self) -> dict[str, object]:
        """What every log line of the job says."""
        return {
            "dataset": self.dataset.name,
            "migration_id": self.migration_id,
            "attempt": self.attempt,
        }


@dataclass(frozen=True)
class Setting:
    """What the job runs in: its task, the environment, and the warehouse."""

    task: Task
    settings: Settings
    warehouse: Warehouse


def read_setting(given: Mapping[str, str]) -> Setting:
    """What Glue started us for, by the job's arguments. Raises SetupError that names what is
    missing.
    """
    settings, warehouse = Settings.read(given), Warehouse.read(given)
    need(
        given,
        ("DATASET", "MIGRATION", "ATTEMPT"),
        "these job arguments are not set: {} - the ledger function sets them",
    )
    if warehouse is None:
        raise SetupError(
            "this environment has no warehouse - terraform makes one where it is wanted"
        )
    text = aws.read_uri(f"s3://{settings.artefacts}/datasets/{given['DATASET']}.json")
    task = Task(
        Dataset.from_json(text),
        given["MIGRATION"],
        int(given["ATTEMPT"]),
        f"s3://{settings.pinned}",
    )
    return Setting(task, settings, warehouse)
