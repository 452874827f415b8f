"""What an earlier demo left in the table, so that a later one can still say what must happen."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.aws import Account
from workbench.demo.files import Variant
from workbench.state import State
from workbench.targets import Load

RECENT = 50


def remember(load: Load, version: str) -> None:
    """Note that `load` has made the flights table equal to a version: original or variant."""
    note = {"load_id": load["load_id"], "version": version}
    _file().write_text(json.dumps(note))


def expected(account: Account, variant: Variant) -> dict[str, int] | None:
    """What loading the original flights must count now; None when others have loaded since."""
    recent = account.ask(ask="loads", dataset="nyc_flights", limit=RECENT)
    applied = [load["load_id"] for load in recent if load["state"] == "applied"]
    if not applied:
        return {"inserted": variant.rows}
    try:
        note = json.loads(_file().read_text())
    except (FileNotFoundError, ValueError):
        return None
    if note["load_id"] != applied[0]:
        return None
    return {"unchanged": variant.rows} if note["version"] == "original" else variant.counts_back


def _file() -> Path:
    return State.of("local").folder / "demo.json"
