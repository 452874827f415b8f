"""The files of the Superset of one environment, and the two secrets that it keeps."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.state import ROOT, State

SUPERSET = ROOT / ".stagecoach" / "superset"  # one installation for every environment
INSIDE = Path(__file__).resolve().parent / "inside"
USER = "admin"


@dataclass(frozen=True)
class Place:
    """`.stagecoach/<env>/dashboard/`: it goes when `down --erase` forgets the environment."""

    folder: Path

    @classmethod
    def of(cls, env: str) -> Place:
        """The place of an environment, made where it is not there."""
        folder = State.of(env).folder / "dashboard"
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @property
    def log(self) -> Path:
        """Everything that pip and Superset have to say."""
        return self.folder / "dashboard.log"

    @property
    def lock(self) -> Path:
        """Held by the Superset that runs; holds its address."""
        return self.folder / "running"

    @property
    def password_file(self) -> Path:
        """The administrator's password; only its owner may read it."""
        return self.folder / "password"

    def secrets(self) -> tuple[str, bool]:
        """Make what is not there yet; the password, and whether it is a new one."""
        keep(self.folder / "secret_key", secrets.token_urlsafe(48))
        return keep(self.password_file, secrets.token_urlsafe(12))

    def variables(self) -> dict[str, str]:
        """The environment of every process of Superset."""
        ours = {"STAGECOACH_DASHBOARD_HOME": str(self.folder), "PYTHONPATH": str(INSIDE)}
        theirs = ("SUPERSET_", "FLASK_", "PYTHON", "STAGECOACH_", "AWS_", "PG")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        return {**kept, **ours}

    def remembered(self) -> dict[str, Any]:
        """What was imported last; nothing where that was never, or did not end."""
        try:
            return dict(json.loads((self.folder / "imported.json").read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def remember(self, imported: dict[str, Any]) -> None:
        """Note what was imported."""
        (self.folder / "imported.json").write_text(json.dumps(imported))


def keep(path: Path, fresh: str) -> tuple[str, bool]:
    """A secret in a file that only its owner reads: the one there, or `fresh`, which is new."""
    if path.exists():
        return path.read_text().strip(), False
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(fresh + "\n")
    return fresh, True
