"""`make parity`: the same deliveries into both databases, and what each table holds at the end.

Each declaration gets files in random order, twice, late, killed on the way, replayed and approved;
both tables are compared with the oracle after every step, and with each other. The exit code is 0
only when all are equal. `STAGECOACH_PARITY_SEED` chooses other files.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from tests.parity.machine import Published
from tests.parity.warehouse import Warehouse, published
from tests.postgres import start
from tests.sql.test_machine import ACUTE, MEANINGS, declared
from tests.sql.worlds import World

STEPS = 30
SEED = int(os.environ.get("STAGECOACH_PARITY_SEED", "2026"))
PARTS = ("a", "a", "a", "A", "a ", *ACUTE)
HEADER = ("declaration", "mode", "steps", "rows", "rows", "hash", "hash", "equal")


def main() -> int:
    """Run every declaration and print the table."""
    server = start()
    table = Table(title="In PostgreSQL, then in Redshift", title_justify="left", box=SIMPLE)
    for at, name in enumerate(HEADER):
        table.add_column(name, justify="right" if 2 <= at <= 6 else "left")
    equal = True
    try:
        for database in ("ledger", "warehouse"):
            server.sql(f"create database {database}")
        datasets = [published(declared(name, meaning)) for name, meaning in MEANINGS.items()]
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            world, warehouse = World(server, "ledger", Path(folder)), Warehouse(server, "warehouse")
            warehouse.blanks = False
            world.deploy(*datasets)
            warehouse.deploy(*datasets)
        Published.warehouse, Published.ledger = warehouse, world.ledger()
        for name in MEANINGS:
            row = line(name)
            equal = equal and row[-1] == "yes"
            table.add_row(*row)
        world.close()
        warehouse.close()
    finally:
        server.stop()
    Console(width=124).print(table)
    return 0 if equal else 1


def line(name: str) -> list[str]:
    """One declaration: its steps, and the line of the table."""
    Published.name, Published.steps = name, 0
    machine = Published()
    machine.begin()
    trouble = ""
    try:
        walk(machine, random.Random(f"{SEED} {name}"))
    except Exception as wrong:  # noqa: BLE001 - the other declarations are worth a look as well
        trouble = str(wrong) or "the tables differ"
        print(f"{name}: {trouble}", file=sys.stderr)
    ours, theirs = machine.hashes()
    steps = str(Published.steps)
    found = [f"{number:,}" for number in (ours[0], theirs[0])] + [str(ours[1]), str(theirs[1])]
    equal = "yes" if ours == theirs and not trouble else "NO"
    return [name, MEANINGS[name].mode, steps, *found, equal]


def walk(machine: Published, dice: random.Random) -> None:
    """Take random steps."""
    for _ in range(STEPS):
        if machine.sent and dice.random() < 0.2:
            machine.replay(pick=dice.randrange(100), dies=dice.random() < 0.3)
        else:
            machine.send(
                rows=[a_row(dice) for _ in range(dice.randrange(15))],
                file=dice.choice("ab"),
                late=dice.randint(-3, 1),
                dies=dice.random() < 0.3,
            )


def a_row(dice: random.Random) -> tuple:
    """One row of a file."""
    return (
        dice.randint(1, 6),
        dice.choice(PARTS),
        dice.choice((None, "", "x", "y", "x ", "\U0001f6eb")),
        dice.choice((None, *range(10))),
        dice.choice((None, False, False, True)),
    )


if __name__ == "__main__":
    sys.exit(main())
