"""Follow loads live: ask the ledger until every delivery has come to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from stagecoach.errors import StagecoachError, Unavailable
from workbench.aws import Account, Delivery
from workbench.output import COLOURS, DONE, ERR, FINAL, Load, short

POLL_SECONDS = 0.7
PATIENCE = 3600
LOST_SECONDS = 120  # after that a delivery that nobody has seen is called lost
BLINK_SECONDS = 20  # the ledger may be out of reach for so long before we give up


@dataclass
class Followed:
    """One delivery and what is known of its load."""

    title: str
    delivery: Delivery | None = None
    load: Load | None = None
    step: str | None = None
    since: float = field(default_factory=time.monotonic)
    took: float | None = None

    @property
    def ended(self) -> bool:
        """Whether its load is in a final state."""
        return self.load is not None and self.load["state"] in FINAL

    def learn(self, account: Account) -> None:
        """Ask the ledger once. Raises StagecoachError when it does not answer."""
        if self.load is None and self.delivery is not None:
            where = self.delivery
            self.load = account.ask(
                ask="delivery", bucket=where.bucket, key=where.key, version_id=where.version_id
            )
        elif self.load is not None:
            self.load = account.ask(ask="load", load_id=self.load["load_id"])
        if self.load and self.load["state"] == "running":
            self.step = account.running_job(self.load["dataset"]) or self.step
        if self.ended:
            self.took = time.monotonic() - self.since

    def row(self) -> tuple[RenderableType, ...]:
        """Title, load, state, step and seconds, as a line of the live table."""
        seconds = self.took if self.took is not None else time.monotonic() - self.since
        if self.load is None:
            return self.title, "", "sent", "waiting for the event", f"{seconds:.0f} s"
        state, load = self.load["state"], short(self.load["load_id"])
        colour = COLOURS.get(state, "yellow")
        step = "" if self.ended else (self.step or "waiting for its turn")
        return self.title, load, f"[{colour}]{state}[/]", step, f"{seconds:.0f} s"


def follow(
    account: Account,
    followed: list[Followed],
    timeout: int = PATIENCE,
    on_end: Callable[[Load], None] = lambda _: None,
) -> list[Load]:
    """Follow until all have ended, and answer their loads in order; `on_end` is told of each.

    Raises Unavailable when the ledger stays out of reach, a delivery is lost or patience ends.
    """
    if not ERR.is_terminal:
        return _wait(account, followed, timeout, show=lambda: None, on_end=on_end)
    spinner = Spinner("dots")
    with Live(console=ERR, transient=True, refresh_per_second=8) as screen:

        def show() -> None:
            screen.update(_table(followed, spinner))

        return _wait(account, followed, timeout, show, on_end)


def all_done(loads: list[Load]) -> bool:
    """Whether every one of them is applied."""
    return all(load["state"] in DONE for load in loads)


def _wait(
    account: Account,
    followed: list[Followed],
    timeout: int,
    show: Callable[[], None],
    on_end: Callable[[Load], None],
) -> list[Load]:
    began = reached = time.monotonic()
    while True:
        for one in [one for one in followed if not one.ended]:
            show()
            try:
                one.learn(account)
                reached = time.monotonic()
                if one.load and one.ended:
                    on_end(one.load)
            except StagecoachError:
                if time.monotonic() - reached > BLINK_SECONDS:
                    raise
        show()
        if all(one.ended for one in followed):
            return [one.load for one in followed if one.load is not None]
        _check_patience(followed, time.monotonic() - began, timeout)
        time.sleep(POLL_SECONDS)


def _check_patience(followed: list[Followed], waited: float, timeout: int) -> None:
    lost = next((one for one in followed if one.load is None), None)
    if lost is not None and waited > LOST_SECONDS:
        raise Unavailable(
            f"no load of {lost.title} has begun after {LOST_SECONDS} s: its event may be lost"
            " - the sweep will find the file; see docs/runbook.md"
        )
    if waited > timeout:
        open_loads = ", ".join(one.title for one in followed if not one.ended)
        raise Unavailable(
            f"{open_loads} has not ended after {timeout} s - see `stagecoach loads` how it goes on"
        )


def _table(followed: list[Followed], spinner: Spinner) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in followed:
        table.add_row("" if one.ended else spinner, *one.row())
    return table
