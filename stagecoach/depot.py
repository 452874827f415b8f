"""What every function works with: the settings, the ledger, and the deployed datasets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from stagecoach import catalogue
from stagecoach.database import connect
from stagecoach.dataset import Dataset
from stagecoach.ledger import Ledger
from stagecoach.settings import Settings


@dataclass
class Depot:
    """One invocation's view of the environment."""

    settings: Settings
    ledger: Ledger

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The deployed datasets by name."""
        return catalogue.datasets(self.settings.artefacts)


@contextmanager
def depot(name: str) -> Iterator[Depot]:
    """Open the environment that the variables name, for the function `name`; close it afterwards.

    Raises SetupError for a missing setting, Unavailable when the database does not answer.
    """
    settings = Settings.read()
    connection = connect(settings, f"stagecoach {name}")
    try:
        yield Depot(settings, Ledger(connection))
    finally:
        connection.close()
