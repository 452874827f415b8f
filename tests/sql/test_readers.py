"""Whoever polls a live table while it is loaded sees it before or after, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.sql.test_history import day
from tests.sql.worlds import World, dataset

OLD, NEW = (1, 400), (200, 800)


@contextmanager
def polled(world: World, question: str) -> Iterator[list[tuple]]:
    """Ask over and over on a session of its own; yields every answer that was different."""
    seen: list[tuple] = []
    stop, begun = threading.Event(), threading.Event()

    def poll() -> None:
        reader = world.connect()
        reader.autocommit = True
        cursor = reader.cursor()
        while not stop.is_set():
            cursor.execute(question)
            answer = tuple(cursor.fetchone())
            if not seen or seen[-1] != answer:
                seen.append(answer)
            begun.set()

    thread = threading.Thread(target=poll)
    thread.start()
    assert begun.wait(10)
    try:
        yield seen
    finally:
        stop.set()
        thread.join(10)


def rows(between: tuple[int, int], surface: str) -> list[tuple]:
    return [(number, surface) for number in range(*between)]


@pytest.mark.parametrize("mode", ["snapshot", "replace", "history"])
def test_k6_a_poller_sees_the_whole_old_table_then_the_whole_new_one(world: World, mode: str):
    world.deploy(dataset(mode=mode, deletes="close" if mode == "history" else None))
    # Slow enough that the reader asks many times while rows are half written.
    world.run(
        "create function public.be_slow() returns trigger language plpgsql as "
        "'begin if random() < 0.05 then perform pg_sleep(0.005); end if; return null; end'"
    )
    world.load(rows(OLD, "old"), event_time=day(1))
    world.run(
        "create trigger be_slow after insert or update or delete on aviation.runways "
        "for each row execute function public.be_slow()"
    )
    now = "where is_current" if mode == "history" else ""
    question = f"select count(*), min(surface), max(surface) from aviation.runways {now}"
    with polled(world, question) as seen:
        world.load(rows(NEW, "new"), event_time=day(2))
    assert seen[0] == (399, "old", "old")
    assert set(seen) <= {(399, "old", "old"), (600, "new", "new")}


def test_k6_a_load_that_fails_is_seen_by_nobody(world: World):
    world.deploy(dataset(mode="replace", key=()))
    world.load(rows(OLD, "old"))
    world.run("alter table aviation.runways add constraint no_ice check (surface <> 'ice')")
    load_id = world.arrive()
    bad = [*rows(NEW, "new"), (999, "ice")]
    manifest = world.stage(load_id, world.own.claim("runways")["attempt"], bad)
    with (
        polled(world, "select count(*), max(surface) from aviation.runways") as seen,
        pytest.raises(Exception, match="no_ice"),
    ):
        world.ledger().apply_load(load_id, manifest)
    assert set(seen) == {(399, "old")}
