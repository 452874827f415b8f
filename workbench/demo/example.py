"""`make demo SYSTEM=name`: the demo of an example, which is `examples/<name>/demo.py`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from stagecoach.errors import SetupError, Unavailable
from workbench import declared, provision
from workbench.aws import Account
from workbench.demo.claims import BrokenClaimError, check, claim
from workbench.demo.report import heading, report
from workbench.demo.table import Target, answer, answer_table
from workbench.follow import Followed, follow
from workbench.output import OUT, print_line, print_table
from workbench.state import ROOT
from workbench.targets import Load
from workbench.upload import upload_to_all

RECENT = 200  # loads that are looked at
SECONDS_TO_BEGIN = 300  # until a mart begins whose inputs are done


@dataclass
class Demo:
    """What the `play` of an example has at hand. A claim that is not true raises BrokenClaimError.

    `folder` is a scratch folder for the files that it makes; `loads` are those so far, `older` the
    ids of those that there were before.
    """

    account: Account
    folder: Path
    loads: list[Load] = field(default_factory=list)
    older: set[str] = field(default_factory=set)

    def part(self, title: str) -> None:
        """Begin a part with a heading."""
        heading(title)

    def say(self, text: str) -> None:
        """Print a line."""
        OUT.print(text, markup=False)

    def is_new(self, dataset: str) -> bool:
        """Whether nothing of the dataset was ever applied; a demo may run again."""
        told = self.account.ask(ask="loads", dataset=dataset, limit=RECENT)
        return not any(load["state"] == "applied" for load in told)

    def send(self, *files: tuple[str, Path]) -> list[Load]:
        """Send files, each to a dataset, and follow them together; a line for each load.

        A workbook that several datasets share is sent once and answers a load for each.
        """
        sent = [
            one
            for name, path in files
            for one in upload_to_all(self.account, declared.named(name), path)
        ]
        return self._followed(sent)

    def built(self, mart: str) -> Load:
        """Follow the next load of a mart, which begins by itself when its inputs are there."""
        seen = self.older | {load["load_id"] for load in self.loads}
        give_up = time.monotonic() + SECONDS_TO_BEGIN
        while time.monotonic() < give_up:
            for load in self.account.ask(ask="loads", dataset=mart, limit=1):
                if load["load_id"] not in seen:
                    return self._followed([Followed(mart, load=load)])[0]
            time.sleep(1)
        raise Unavailable(f"no load of {mart} has begun within {SECONDS_TO_BEGIN} s")

    def applied(self, load: Load, **counts: int) -> None:
        """Claim that it was applied everywhere, with these counts: `inserted=3, updated=0`."""
        claim(load, is_published=declared.named(load["dataset"]).redshift is not None)
        for name, wanted in counts.items():
            check(load["counts"][name], wanted, f"{load['dataset']}: {name}")

    def refused(self, load: Load, why: str) -> None:
        """Claim that it was rejected, for a reason that has these words."""
        if load["state"] != "rejected" or why not in load["reason"]:
            raise BrokenClaimError(
                f"load {load['load_id']} of {load['dataset']} is {load['state']}"
                f" ({load['reason']}), it must be rejected: {why}"
            )

    def show(
        self,
        statement: str,
        wanted: Sequence[Sequence[Any]] | None = None,
        targets: Sequence[Target] = ("postgres",),
    ) -> list[list[Any]]:
        """Print the rows of a statement; claim that they are `wanted`, the same in all targets."""
        names, rows = answer(targets[0], statement)
        print_table(answer_table(names, rows))
        for target in targets[1:]:
            check(answer(target, statement)[1], rows, f"what {target} answers")
        if wanted is not None:
            check(rows, [list(row) for row in wanted], "the answer")
        return rows

    def _followed(self, sent: list[Followed]) -> list[Load]:
        ended = follow(self.account, sent, on_end=print_line)
        self.loads += ended
        return ended


def run(system: str) -> None:
    """Bring the example up and play its demo. Raises StagecoachError."""
    play, began = find(system), time.monotonic()
    os.environ.setdefault("STAGECOACH_PROJECT", str(ROOT / "examples" / system))
    provision.up()
    with tempfile.TemporaryDirectory(prefix="stagecoach-demo-") as folder:
        demo = Demo(Account(), Path(folder))
        recent = demo.account.ask(ask="loads", dataset=None, limit=RECENT)
        demo.older = {load["load_id"] for load in recent}
        play(demo)
    loads = [demo.account.ask(ask="load", load_id=load["load_id"]) for load in demo.loads]
    report(loads, time.monotonic() - began, _next(system, loads))


def find(system: str) -> Callable[[Demo], None]:
    """The function `play` of the example's demo.py; modules beside it are imported by their names.

    Raises SetupError for a name that no example with a demo has.
    """
    there = sorted(path.parent.name for path in (ROOT / "examples").glob("*/demo.py"))
    if system not in there:
        raise SetupError(
            f"SYSTEM is {system!r}, no example with a demo has that name - there are "
            f"{', '.join(there)}; without SYSTEM the demo is about flights"
        )
    with _modules_of(ROOT / "examples" / system):
        return import_module("demo").play  # type: ignore[no-any-return]


@contextmanager
def _modules_of(folder: Path) -> Iterator[None]:
    """Import from a folder first, and forget the names of what came: each example has its own."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "/").parent == folder:
                del sys.modules[name]


def _next(system: str, loads: list[Load]) -> list[str]:
    return [
        f"export STAGECOACH_PROJECT={os.path.relpath(ROOT / 'examples' / system)}",
        ".venv/bin/stagecoach loads",
        *(f".venv/bin/stagecoach load {load['load_id'][:8]}" for load in loads[-1:]),
    ]
