"""Follow loads live: ask the ledger until every delivery has come to its end in every target."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.table import Table

from stagecoach.errors import SetupError, StagecoachError, Unavailable
from workbench.aws import Account, Delivery
from workbench.output import ERR, short
from workbench.publications import note_holder
from workbench.targets import Load, colour_of, is_done, is_over, publication_of, standing

POLL_SECONDS = 0.7
PATIENCE = 3600
LOST_SECONDS = 120  # after that a delivery that nobody has seen is called lost
BLINK_SECONDS = 20  # the ledger may be out of reach for so long before we give up
LOOK_SECONDS = 5  # how often we look whether what a queued load waits for exists at all


@dataclass
class Followed:
    """One delivery and what is known of its load."""

    title: str
    delivery: Delivery | None = None
    load: Load | None = None
    step: str | None = None
    since: float = field(default_factory=time.monotonic)
    took: float | None = None
    looked: float = -math.inf
    told: str = ""

    @property
    def ended(self) -> bool:
        """Whether its load has come to its end in every target."""
        return self.load is not None and is_over(self.load)

    def learn(self, account: Account) -> None:
        """Ask the ledger once. Raises StagecoachError when it does not answer.

        Raises SetupError when the load waits for a workflow that does not exist.
        """
        if self.load is None and self.delivery is not None:
            where = self.delivery
            self.load = account.ask(ask="delivery", **where.__dict__)
        elif self.load is not None:
            self.load = account.ask(ask="load", load_id=self.load["load_id"])
        if self.load:
            self._look_around(account, self.load)
        if self.ended:
            self.took = time.monotonic() - self.since

    def _look_around(self, account: Account, load: Load) -> None:
        if load["state"] == "running":
            self.step = account.running_job(load["dataset"]) or self.step
        elif load["state"] == "queued" and time.monotonic() - self.looked > LOOK_SECONDS:
            self.looked = time.monotonic()
            account.check_workflow(load["dataset"], f"load {short(load['load_id'])} waits for it")
        elif publication_of(load):
            note_holder(account, load)
            self.step = standing(load)

    def row(self) -> tuple[RenderableType, ...]:
        """Title, load, state, step and seconds, as a line of the live table."""
        seconds = self.took if self.took is not None else time.monotonic() - self.since
        if self.load is None:
            return self.title, "", "sent", "waiting for the event", f"{seconds:.0f} s"
        state, load = self.load["state"], short(self.load["load_id"])
        colour = colour_of(self.load) or "yellow"
        waits = self.load.get("waits_for") or "waiting for its turn"
        step = "" if self.ended else (self.step or waits)
        return self.title, load, f"[{colour}]{state}[/]", escape(step), f"{seconds:.0f} s"


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
        return _wait(account, followed, timeout, show=lambda: _tell(followed), on_end=on_end)
    spinner = Spinner("dots")
    with Live(console=ERR, transient=True, refresh_per_second=8) as screen:

        def show() -> None:
            screen.update(_table(followed, spinner))

        return _wait(account, followed, timeout, show, on_end)


def all_done(loads: list[Load]) -> bool:
    """Whether every one of them is applied, in both targets where it has two."""
    return all(map(is_done, loads))


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
            except SetupError:
                raise
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


def _tell(followed: list[Followed]) -> None:
    """Where nothing is shown live, say once what keeps us waiting: a batch, a look-up, Redshift."""
    for one in followed:
        reason, sentence = _hindrance(one)
        if reason and reason != one.told:
            ERR.print(f"{one.title}: {sentence}", markup=False)
            one.told = reason


def _hindrance(one: Followed) -> tuple[str, str]:
    """What an open load waits for, and how that is said; empty when it is only its turn."""
    if one.load is None or one.ended:
        return "", ""
    if waits := one.load.get("waits_for"):
        return waits, waits
    publication = publication_of(one.load)
    reason = (publication or {}).get("reason") or ""
    return reason, (standing(one.load) or "") if reason else ""


def _table(followed: list[Followed], spinner: Spinner) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in followed:
        table.add_row("" if one.ended else spinner, *one.row())
    return table
