"""`make demo`: real flights from files to tables in two databases, every count checked.

`make demo SYSTEM=name` is the demo of an example.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from rich.text import Text

from stagecoach.errors import StagecoachError
from workbench import declared, provision
from workbench.aws import Account
from workbench.demo import example
from workbench.demo.claims import BrokenClaimError, check, claim
from workbench.demo.files import Variant, broken, variant
from workbench.demo.memory import expected, remember
from workbench.demo.report import heading, report, what_next
from workbench.demo.table import busiest_routes, fingerprints, fingerprints_table, routes_table
from workbench.follow import Followed, follow
from workbench.nyc import write_csv
from workbench.output import ERR, OUT, print_line, print_table
from workbench.targets import Load
from workbench.upload import upload


def main(system: str | None = None) -> int:
    """Run the demo, or that of an example; 0 when every count is what it must be."""
    try:
        example.run(system) if system else flights()
    except StagecoachError as error:
        ERR.print(Text(f"error: {error}", style="red"))
        return 1
    except KeyboardInterrupt:
        ERR.print("stopped; `make demo` may be run again at any time")
        return 130
    return 0


def flights() -> None:
    """The demo of the repository's own datasets. Raises StagecoachError."""
    began = time.monotonic()
    provision.up()
    with tempfile.TemporaryDirectory(prefix="stagecoach-demo-") as folder:
        loads = play(Path(folder))
    report(loads, time.monotonic() - began, what_next(loads))


def play(folder: Path) -> list[Load]:
    """Send everything and check every claim. Raises BrokenClaimError."""
    account, files = Account(), write_csv(folder)
    other = variant(files["nyc_flights"], folder / "variant")
    first = expected(account, other)

    heading("Real data: three files, three tables, in PostgreSQL and in Redshift")
    loads = send(account, files)
    for load, path in zip(loads, files.values(), strict=True):
        claim(load)
        check(load["counts"]["good"], _lines(path) - 1, f"{load['dataset']}: good rows")
    claim(loads[-1], first)
    remember(loads[-1], "original")
    heading("The same flights again: nothing may change")
    loads += send(account, {"nyc_flights": files["nyc_flights"]})
    claim(loads[-1], {"unchanged": other.rows})
    remember(loads[-1], "original")
    heading(f"Another version: {other.changed:,} changed, {other.removed:,} removed,"
          f" {other.added:,} new")  # fmt: skip
    loads += send(account, {"nyc_flights": other.path})
    claim(loads[-1], other.counts)
    remember(loads[-1], "variant")
    heading("A broken file: the header has lost a column")
    loads += send(account, {"nyc_flights": broken(files["nyc_flights"], folder)})
    if loads[-1]["state"] != "rejected":
        raise BrokenClaimError(f"the broken file ended {loads[-1]['state']}, it must be rejected")
    look(other)
    return [account.ask(ask="load", load_id=load["load_id"]) for load in loads]


def look(other: Variant) -> None:
    """Read both databases; they must answer the same. Raises BrokenClaimError."""
    heading("What readers see, the same in both")
    routes = busiest_routes("postgres")
    print_table(routes_table(routes))
    OUT.print()
    check(busiest_routes("redshift"), routes, "what Redshift answers")
    found, rows = fingerprints(), other.rows - other.removed + other.added
    print_table(fingerprints_table(found))
    check(found["redshift"], found["postgres"], "rows and hashes in Redshift")
    check(found["postgres"]["nyc_flights"][0], rows, "rows in nyc.flights")
    OUT.print(f"nyc.flights has {rows:,} rows: {other.removed} went, {other.added} came")


def send(account: Account, files: dict[str, Path]) -> list[Load]:
    """Send all files at once and follow them together; one line per load."""
    biggest_first = sorted(files, key=lambda name: files[name].stat().st_size, reverse=True)
    sent: dict[str, Followed] = {}
    for name in biggest_first:  # two jobs run at a time: the longest must not wait for a slot
        sent[name] = upload(account, declared.named(name), files[name])
    return follow(account, [sent[name] for name in files], on_end=print_line)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
