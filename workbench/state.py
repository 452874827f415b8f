"""Where an environment keeps its things on this machine: `.stagecoach/<env>/`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class State:
    """The files of one environment. STAGECOACH_HOME moves all environments elsewhere."""

    env: str
    folder: Path

    @classmethod
    def of(cls, env: str = "local") -> State:
        """The state of `env`; nothing is created yet."""
        home = Path(os.environ.get("STAGECOACH_HOME") or ROOT / ".stagecoach")
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
        """What took long to make and fits every environment; `down --erase` leaves it."""
        return self.folder.with_name("cache")

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the environment."""
        return self.folder.with_name(f"{self.env}.lock")

    @property
    def crash_log(self) -> Path:
        """Stack traces of errors that are ours, not the user's."""
        return self.folder.with_name("errors.log")
