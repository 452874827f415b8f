"""Which project the workbench works on, and where an environment keeps its things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from stagecoach.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
DECLARED = ("datasets", "views", "batches", "steps", "queries")  # what a project may hold


def project() -> Path:
    """The folder whose declarations the workbench works on: STAGECOACH_PROJECT, or the repository.

    Raises SetupError when it is no project.
    """
    named = os.environ.get("STAGECOACH_PROJECT")
    found = Path(named).resolve() if named else ROOT
    if not (found / "datasets").is_dir():
        what = "has no folder datasets/" if found.is_dir() else "is no folder"
        raise SetupError(
            f"STAGECOACH_PROJECT is {named!r}, which {what} - name a folder with datasets/,"
            " such as one of examples/"
        )
    return found


@dataclass(frozen=True)
class State:
    """The files of one environment of a project: `<project>/.stagecoach/<env>/`.

    STAGECOACH_HOME moves all its environments elsewhere.
    """

    env: str
    folder: Path

    @classmethod
    def of(cls, env: str = "local") -> State:
        """The state of `env`; nothing is created yet. Raises SetupError without a project."""
        home = Path(os.environ.get("STAGECOACH_HOME") or project() / ".stagecoach")
        return cls(env, home.absolute() / env)

    @property
    def cloud_file(self) -> Path:
        """Written by the local cloud when it is ready, removed by it at a clean stop."""
        return self.folder / "cloud.json"

    @property
    def cloud_log(self) -> Path:
        """Everything the local cloud and what runs in it has to say."""
        return self.folder / "cloud.log"

    @property
    def terraform_log(self) -> Path:
        """The output of the last Terraform run."""
        return self.folder / "terraform.log"

    @property
    def applied(self) -> Path:
        """The fingerprint of what was applied last; absent while an apply is under way."""
        return self.folder / "applied.json"

    @property
    def port(self) -> Path:
        """The port of the last start: queue addresses hold it, so it is used again."""
        return self.folder / "port"

    @property
    def cache(self) -> Path:
        """What took long to make and fits every project; `down --erase` leaves it."""
        home = Path(os.environ.get("STAGECOACH_HOME") or ROOT / ".stagecoach")
        return home.absolute() / "cache"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the environment."""
        return self.folder.with_name(f"{self.env}.lock")

    @property
    def crash_log(self) -> Path:
        """Stack traces of errors that are ours, not the user's."""
        return self.folder.with_name("errors.log")
