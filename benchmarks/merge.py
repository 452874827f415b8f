"""What a merge writes and how its time grows, on one server, with rows made in the database.

    python -m benchmarks.merge [wal] [growth] [millions ..]

`wal`: bytes of write-ahead log of a snapshot of 336,776 flights (the table and indexes of
nyc_flights) that is sent again, against a rewrite of all rows. `growth`: seconds of merges into
0.5, 1, 2 and 5 million rows unless told otherwise, and the plan of the heaviest statement. Both
are measured unless one is named.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pg8000.dbapi

from benchmarks.database import ROOT, Bench, bench
from benchmarks.usage import Usage
from stagecoach.dataset import Dataset, Mode
from stagecoach.declaration import load
from stagecoach.ledger import Ledger

ROWS = 336_776
MILLIONS = (0.5, 1, 2, 5)
SOURCE = ROOT / "benchmarks" / "merge.sql"
DECLARATION = ROOT / "datasets" / "nyc_flights.yaml"
LIVE = "nyc.flights"
# The statement that compares every row: its text has the name, its plan is printed.
HEAVIEST = "judged"
UNCHANGED = "snapshot, unchanged"
WRITTEN = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
EXPLAINED = (
    "checkpoint",
    "load 'auto_explain'",
    "set auto_explain.log_min_duration = 500",
    "set auto_explain.log_nested_statements = on",
    "set client_min_messages = log",
)


@dataclass(frozen=True)
class Merged:
    """One merge: seconds by the clock and of the server's CPU, bytes of WAL, and its plan."""

    seconds: float
    cpu: float
    wal: int
    plan: str = ""


@contextmanager
def table(mode: Mode, *, indexes: bool) -> Iterator[Bench]:
    """A fresh server with an empty table of flights, applied in `mode`."""
    with bench(flights(mode, indexes=indexes)) as base:
        # A vacuum of its own accord would write to the log and take a processor.
        base.server.sql("alter system set autovacuum = off")
        base.server.sql("select pg_reload_conf()")
        base.run(SOURCE.read_text("utf-8"))
        yield base


def flights(mode: Mode, *, indexes: bool) -> Dataset:
    """nyc_flights in another mode, with its secondary indexes or without."""
    declared = load(DECLARATION)
    target = declared.postgres if indexes else replace(declared.postgres, indexes=())
    return replace(declared, load=replace(declared.load, mode=mode), postgres=target)


def merge(base: Bench, rows: int, changed: int) -> Merged:
    """Stage `rows` flights of which `changed` percent differ, then measure their merge.

    A checkpoint comes first: the first change of a page after it logs the whole page.
    """
    load_id = base.arrive()
    connection = base.connect()
    connection.autocommit = True
    manifest = _ask(connection, f"select made.stage('{load_id}', {rows}, {changed})")
    for statement in EXPLAINED:
        connection.cursor().execute(statement)
    before = _ask(connection, WRITTEN)
    with Usage(base.server.process.pid) as server:
        began = time.monotonic()
        Ledger(connection).apply_load(load_id, dict(manifest))
        seconds = time.monotonic() - began
    written = int(_ask(connection, WRITTEN) - before)
    told = [notice.get(b"M", b"").decode() for notice in connection.notices]
    connection.close()
    return Merged(seconds, server.cpu, written, _plan(told))


def _plan(told: list[str]) -> str:
    """The plan among what the server told, without the query and the names of one load."""
    heaviest = next((text for text in told if f"with {HEAVIEST} as" in text), "")
    plan = heaviest[heaviest.find("\nAggregate") + 1 :]
    return re.sub(
        r"nyc_flights__\w+_idx", "stage_key", re.sub(r"nyc_flights__\w+_1\b", "staged", plan)
    )


def _ask(connection: pg8000.dbapi.Connection, question: str) -> Any:
    cursor = connection.cursor()
    cursor.execute(question)
    return cursor.fetchone()[0]


def wal() -> Iterator[tuple[str, Merged]]:
    """What each way to send the whole table again writes."""
    with table("snapshot", indexes=True) as base:
        yield "snapshot, first load", merge(base, ROWS, 0)
        yield UNCHANGED, merge(base, ROWS, 0)
        yield "snapshot, 1 % changed", merge(base, ROWS, 1)
    with table("replace", indexes=True) as base:
        merge(base, ROWS, 0)
        yield "rewrite: delete and insert all rows", merge(base, ROWS, 1)


def growth(millions: tuple[float, ...]) -> Iterator[tuple[str, float, Merged]]:
    """Merges into tables of several sizes, each vacuumed as it would be by then."""
    for mode in ("snapshot", "upsert"):
        with table(mode, indexes=False) as base:
            for size in millions:
                rows = round(size * 1e6)
                base.run(f"truncate {LIVE}")
                base.run(f"insert into {LIVE} select * from made.flights({rows}, 0)")  # noqa: S608
                base.server.sql(f"vacuum (analyze) {LIVE}", "bench")
                if mode == "snapshot":
                    yield UNCHANGED, size, merge(base, rows, 0)
                yield f"{mode}, 1 % changed", size, merge(base, rows, 1)


def show_wal() -> None:
    """Print a line per way."""
    print(f"{f'{ROWS:,} rows':38}{'WAL bytes':>14}{'per row':>10}{'seconds':>9}{'CPU s':>8}")
    for name, merged in wal():
        print(
            f"{name:38}{merged.wal:14,}{merged.wal / ROWS:10.2f}"
            f"{merged.seconds:9.1f}{merged.cpu:8.1f}",
            flush=True,
        )


def show_growth(millions: tuple[float, ...]) -> None:
    """Print a line per size and way, and the plan of the last snapshot without changes."""
    plan = ""
    heads = ("seconds", "per million", "CPU s", "per million")
    print(f"{'':24}{'million rows':>13}" + "".join(f"{head:>12}" for head in heads))
    for name, size, merged in growth(millions):
        plan = merged.plan if name == UNCHANGED else plan
        print(
            f"{name:24}{size:13}{merged.seconds:12.1f}{merged.seconds / size:12.2f}"
            f"{merged.cpu:12.1f}{merged.cpu / size:12.2f}",
            flush=True,
        )
    print(f"the heaviest statement of a snapshot of {millions[-1]} million rows, its plan:\n{plan}")


def main(*words: str) -> None:
    """Measure what is named, or both."""
    sizes = tuple(float(word) for word in words if word not in ("wal", "growth"))
    if "wal" in words or "growth" not in words:
        show_wal()
    if "growth" in words or "wal" not in words:
        show_growth(sizes or MILLIONS)


if __name__ == "__main__":
    main(*sys.argv[1:])
