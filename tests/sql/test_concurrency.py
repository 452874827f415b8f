"""Many sessions at once, and sessions that die: the table is as after one clean run."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from stagecoach.errors import StagecoachError, Unavailable
from tests.sql.worlds import World, dataset


@pytest.fixture
def runways(world: World) -> World:
    world.deploy(dataset())
    return world


def at_once(times: int, act: Callable[[int], object]) -> list:
    """Run `act` in so many threads, released together."""
    gate = threading.Barrier(times)

    def go(number: int) -> object:
        gate.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(go, range(times)))


def staged(world: World, rows: list[tuple], name: str = "runways") -> dict:
    load_id = world.arrive(name)
    return world.stage(load_id, world.ledger().claim(name)["attempt"], rows)


def wait_until_blocked(world: World, how_many: int = 1) -> None:
    for _ in range(100):
        ((blocked,),) = world.run(
            "select count(*) from pg_stat_activity "
            "where datname = current_database() and wait_event_type = 'Lock'"
        )
        if blocked >= how_many:
            return
        time.sleep(0.05)
    raise AssertionError("nobody waits for a lock")


def test_twenty_reports_of_one_delivery_make_one_load(runways: World):
    """D3"""
    ledgers = [runways.ledger() for _ in range(20)]
    told = {"size": 1, "etag": None, "sequencer": "01", "event_time": "2026-01-01T00:00:00Z"}
    answers = at_once(
        20, lambda number: ledgers[number].receive("landing", "a", "v1", "runways", **told)
    )
    assert len({answer["load_id"] for answer in answers}) == 1
    assert sum(answer["is_new"] for answer in answers) == 1
    assert runways.run("select receipts from etl.delivery") == [(20,)]


def test_twenty_claims_at_once_take_one_load(runways: World):
    for _ in range(3):
        runways.arrive()
    ledgers = [runways.ledger() for _ in range(20)]
    answers = at_once(20, lambda number: ledgers[number].claim("runways"))
    assert sum(answer is not None for answer in answers) == 1


def test_one_load_applied_by_two_jobs_at_once_is_applied_once(runways: World):
    """K4"""
    manifest = staged(runways, [(1, "a"), (2, "b")])
    ledgers = [runways.ledger() for _ in range(2)]
    at_once(2, lambda number: ledgers[number].apply_load(manifest["load_id"], manifest))
    assert runways.rows() == [(1, "a"), (2, "b")]
    assert runways.counts(manifest["load_id"]) == {"inserted": 2}


def test_twenty_files_with_overlapping_keys_end_as_one_after_another(world: World):
    """K1"""
    world.deploy(dataset(mode="upsert"))
    for _ in range(20):
        world.arrive()

    def run(number: int) -> int:
        applied, ledger = 0, world.ledger()
        while ledger.open_loads("runways"):
            claimed = ledger.claim("runways")
            if claimed is None:
                time.sleep(0.02)
                continue
            rows = [(number, "own"), (99, claimed["load_id"][:8])]
            manifest = world.stage(claimed["load_id"], claimed["attempt"], rows)
            ledger.apply_load(claimed["load_id"], manifest)
            applied += 1
        return applied

    assert sum(at_once(5, run)) == 20
    ended = world.run("select load_id from etl.load order by ended_at desc limit 1")
    assert world.rows()[-1] == (99, str(ended[0][0])[:8])


def test_a_load_of_another_table_does_not_wait(world: World):
    """K2"""
    world.deploy(dataset(), dataset("taxiways"))
    holder = world.connect()
    holder.cursor().execute("begin")
    holder.cursor().execute("select pg_advisory_xact_lock(hashtextextended('aviation.runways', 0))")
    assert world.load([(1, "a")], "taxiways") == {"inserted": 1}
    holder.rollback()


def test_a_stalled_merge_of_the_same_table_is_given_up_and_can_be_tried_again(runways: World):
    """K5"""
    runways.run("update etl.settings set lock_timeout = '200 ms'")
    manifest = staged(runways, [(1, "a")])
    holder = runways.connect()
    holder.cursor().execute("begin")
    holder.cursor().execute("select pg_advisory_xact_lock(hashtextextended('aviation.runways', 0))")
    with pytest.raises(Unavailable, match="55P03"):
        runways.ledger().apply_load(manifest["load_id"], manifest)
    holder.rollback()
    runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.rows() == [(1, "a")]


def test_a_merge_that_is_killed_leaves_nothing_and_can_be_repeated(runways: World):
    """X7"""
    runways.load([(1, "a")])
    manifest = staged(runways, [(2, "b")])
    blocker = runways.connect()
    blocker.cursor().execute("begin")
    blocker.cursor().execute("select * from aviation.runways for update")
    errors: list[StagecoachError] = []

    def merge() -> None:
        try:
            runways.ledger().apply_load(manifest["load_id"], manifest)
        except StagecoachError as error:
            errors.append(error)

    merging = threading.Thread(target=merge)
    merging.start()
    wait_until_blocked(runways)
    runways.run(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where wait_event_type = 'Lock' and datname = current_database()"
    )
    merging.join(10)
    blocker.rollback()
    assert isinstance(errors[0], Unavailable)
    assert runways.rows() == [(1, "a")]
    runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.rows() == [(2, "b")]


def test_a_commit_whose_answer_was_lost_is_found_applied(runways: World):
    """X8"""
    manifest = staged(runways, [(1, "a")])
    runways.ledger().apply_load(manifest["load_id"], manifest)  # and the answer is lost
    runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.counts(manifest["load_id"]) == {"inserted": 1}


def test_readers_see_the_table_before_or_after_and_never_between(runways: World):
    """K6"""
    runways.load([(number, "a") for number in range(50)])
    seen: set[tuple] = set()
    stop = threading.Event()

    def read() -> None:
        reader = runways.connect()
        reader.autocommit = True
        cursor = reader.cursor()
        while not stop.is_set():
            cursor.execute("select count(*), min(surface), max(surface) from aviation.runways")
            seen.add(tuple(cursor.fetchone()))

    reading = threading.Thread(target=read)
    reading.start()
    runways.load([(number, "b") for number in range(10, 90)])
    stop.set()
    reading.join(10)
    assert seen <= {(50, "a", "a"), (80, "b", "b")}


def test_one_alert_is_handed_to_one_function(runways: World):
    runways.ledger().refuse(runways.arrive(), "no")
    first, second = runways.ledger(), runways.ledger()
    (alert,) = first.pending_alerts()
    assert second.pending_alerts() == []
    first.alert_sent(alert["alert_id"])
    first.commit()
    second.commit()
    assert runways.ledger().pending_alerts() == []


def test_a_zombie_does_not_hold_up_the_next_attempt(runways: World):
    load_id = runways.arrive()
    runways.ledger().claim("runways")
    table = runways.ledger().begin_stage(load_id, 1)
    zombie = runways.connect()
    zombie.cursor().execute(f"insert into {table} values (1, 'a', 2, 3)")
    runways.ledger().fail(load_id, "killed", retryable=True)
    runways.ledger().claim("runways")
    assert runways.ledger().begin_stage(load_id, 2) != table
    zombie.rollback()
