"""Follow a whole table on its way to Redshift, and say how far it is."""

from __future__ import annotations

import time
from typing import Any

from stagecoach.errors import Permanent, StagecoachError, Unavailable
from workbench.aws import Account
from workbench.follow import BLINK_SECONDS, POLL_SECONDS
from workbench.output import ERR, number, short
from workbench.progress import Steps

Migration = dict[str, Any]

PATIENCE = 48 * 3600  # as long as the job may take
LINE_SECONDS = 10  # where nobody can be shown a line that changes, one comes so often
TITLES = {
    "starting": "starting the job",
    "reading": "reading the table in PostgreSQL",
    "copying": "copying into Redshift and verifying",
}


def follow(account: Account, found: Migration, timeout: int = PATIENCE) -> Migration:
    """Ask the ledger until the migration has ended; answers it.

    Raises Unavailable when the ledger stays out of reach or patience ends.
    """
    give_up = time.monotonic() + timeout
    with Steps() as steps:
        while found["state"] == "running":
            phase = found["phase"]
            with steps.step(TITLES[phase]) as note:
                lines = _Lines()
                while (found["state"], found["phase"]) == ("running", phase):
                    note(progress(found))
                    lines.show(found)
                    if time.monotonic() > give_up:
                        raise Unavailable(
                            f"the migration has not ended after {timeout} s - {look_again(found)}"
                        )
                    time.sleep(POLL_SECONDS)
                    found = learn(account, found["dataset"])
    return found


def learn(account: Account, dataset: str) -> Migration:
    """The newest migration; a ledger that is out of reach for a moment is asked again."""
    give_up = time.monotonic() + BLINK_SECONDS
    while True:
        try:
            return dict(account.ask(ask="table_migration", dataset=dataset))
        except Permanent:
            raise
        except StagecoachError:
            if time.monotonic() > give_up:
                raise
            time.sleep(POLL_SECONDS)


def progress(found: Migration) -> str:
    """How far it is: parts and rows while it reads, rows afterwards; empty before."""
    if found["phase"] == "reading" and found["parts"]:
        done, parts = number(found["parts_done"]), number(found["parts"])
        return f"{done} of {parts} parts, {number(found['rows_done'])} rows"
    return f"{number(found['rows'])} rows" if found["phase"] == "copying" else ""


def line(found: Migration) -> str:
    """One migration in one line: what was verified, or why it is not there."""
    head = f"{found['dataset']}  migration {short(found['migration_id'])}  {found['state']}"
    if found["state"] == "running":
        return f"{head}  {TITLES[found['phase']]}  {progress(found)}".rstrip()
    if not found["verified"]:
        return f"{head}: {found['reason']}"
    return (
        f"{head}  {number(found['rows'])} rows in both, hash sum {found['hash_sum']} in both  "
        f"{number(found['loads'])} loads  {found['seconds']:.0f} s"
    )


def whats_next(found: Migration) -> str:
    """What a person may do about a migration that did not get there."""
    command = f"stagecoach migrate-table {found['dataset']}"
    if found["state"] == "abandoned":
        return f"begin a new one: {command}"
    if found["read_at"] is None:
        return f"nothing is held up by it; run it again to begin anew: {command}"
    return (
        f"everything was read and is kept, publications wait: run it again to go on from there "
        f"({command}), or give it up ({command} --abandon)"
    )


def look_again(found: Migration) -> str:
    """How to see a migration that goes on."""
    return f"it goes on; see how far it is: stagecoach migrate-table {found['dataset']} --look"


class _Lines:
    """Lines for a log or a pipe: one when something has changed, and not too often."""

    def __init__(self) -> None:
        self.told, self.at = "", 0.0

    def show(self, found: Migration) -> None:
        """Say how far it is, if it is worth a line."""
        text = progress(found)
        is_due = time.monotonic() - self.at > LINE_SECONDS
        if not ERR.is_terminal and text and text != self.told and is_due:
            ERR.print(f"{found['dataset']}  {found['phase']}  {text}")
            self.told, self.at = text, time.monotonic()
