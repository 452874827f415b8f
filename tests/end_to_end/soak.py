"""`make soak`: random versions, random kills; after each both tables are what a dict says they are.

    python -m tests.end_to_end.soak --rounds 200 --seed 1

A failure prints its seed and round; the same seed kills the same things at the same moments.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import tempfile
import time
from pathlib import Path

from tests.environment import Environment, eventually
from workbench.demo.files import variant
from workbench.nyc import write_csv
from workbench.targets import is_done, is_over, standing

VICTIMS = ("nobody", "transform", "stage", "local cloud", "warehouse")
FLIGHTS = 336_776
STREAMING = "select count(*) from pg_stat_progress_copy where bytes_processed > 0"
TARGETS = ("postgres", "redshift")
Table = dict[str, str]


def main() -> None:
    """Run the rounds; an AssertionError ends it."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with tempfile.TemporaryDirectory(prefix="stagecoach-soak-") as folder:
        environment = Environment(Path(folder) / "home")
        environment.up()
        try:
            stream(environment, Path(folder))
            table = {f"{letter}{digit}": "First" for letter in "ABCDEF" for digit in "0123456789"}
            for number in range(chosen.rounds):
                table = play(environment, chance, table, Path(folder) / "airlines.csv")
                print(f"round {number + 1} of {chosen.rounds}: {len(table)} rows", flush=True)
        finally:
            environment.run("down", "--erase")


def stream(environment: Environment, folder: Path) -> None:
    """Kill the stage job, then the local cloud, while real flights stream into the database."""
    original = write_csv(folder / "nyc")["nyc_flights"]
    for file, victim in (
        (original, "stage"),
        (variant(original, folder).path, "local cloud"),
    ):
        [sent] = environment.json("send", "nyc_flights", file, "--no-wait")
        eventually(lambda: environment.sql(STREAMING)[0][0])
        kill(environment, victim, 0, "flights-stage")
        load = when_ended(environment, "nyc_flights", sent["version_id"])
        assert load["attempt"] == 2, load
        for target in TARGETS:
            [[rows]] = environment.sql("select count(*) from nyc.flights", target)
            assert rows == FLIGHTS, target
        print(f"flights: the {victim} was killed while they streamed, {FLIGHTS} rows", flush=True)


def play(environment: Environment, chance: random.Random, table: Table, file: Path) -> Table:
    """One round: send a new version, kill somebody, compare; answers the new table."""
    wanted = change(chance, table)
    file.write_text("carrier,name\n" + "".join(f"{key},{name}\n" for key, name in wanted.items()))
    [sent] = environment.json("send", "nyc_airlines", file, "--no-wait")
    kill(environment, chance.choice(VICTIMS), chance.uniform(0, 3))
    when_ended(environment, "nyc_airlines", sent["version_id"])
    for target in TARGETS:
        rows = environment.sql("select carrier, name from nyc.airlines", target)
        assert {key: name for [key, name] in rows} == wanted, target
    return wanted


def when_ended(environment: Environment, dataset: str, version: str) -> dict:
    """The load of a version once both targets have it; fails when it ends as anything else."""

    def ended() -> dict | None:
        loads = environment.loads(dataset)
        ours = [load for load in loads if load["version_id"] == version]
        return ours[0] if ours and is_over(ours[0]) else None

    load: dict = eventually(ended)
    assert is_done(load), load["reason"] or standing(load)
    assert load["holds"], load["counts"]
    assert load["redshift"]["agrees"], load
    return load


def change(chance: random.Random, table: Table) -> Table:
    """Another version: some names changed, few enough rows gone for the delete guard, some new."""
    gone = set(chance.sample(sorted(table), k=min(4, len(table) // 20)))
    kept = {key: name for key, name in table.items() if key not in gone}
    for key in chance.sample(sorted(kept), k=5):
        kept[key] = f"Name {chance.randrange(1_000_000)}"
    letters = "GHIJKLMNOPQRSTUVWXYZ"
    return kept | {chance.choice(letters) + chance.choice(letters): "New" for _ in range(3)}


def kill(environment: Environment, victim: str, after: float, job: str | None = None) -> None:
    """Kill a job of the load once it runs, or the local cloud, `after` seconds later."""
    if victim == "nobody":
        return
    if victim == "warehouse":
        pause(environment, after)
        return
    job = job or f"airlines-{'transform' if victim == 'local cloud' else victim}"

    def at_work() -> int | None:
        runs = [run for run in environment.cloud.get("runs") if run["job"].endswith(job)]
        return next((run["pid"] for run in runs if run["state"] == "RUNNING" and run["pid"]), None)

    pid = eventually(at_work)
    time.sleep(after)
    if victim == "local cloud":
        os.kill(environment.cloud.pid, signal.SIGKILL)
        environment.up()
        return
    with contextlib.suppress(ProcessLookupError):  # it may have been quicker than we
        os.kill(pid, signal.SIGKILL)


def pause(environment: Environment, seconds: float) -> None:
    """Pause Redshift for a while; what fell into it is tried again by itself."""
    redshift, name = environment.client("redshift"), {"ClusterIdentifier": "stagecoach-local"}
    redshift.pause_cluster(**name)
    time.sleep(seconds)
    redshift.resume_cluster(**name)


if __name__ == "__main__":
    main()
