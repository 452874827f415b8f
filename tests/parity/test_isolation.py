"""One load is one transaction of Redshift: all of it or nothing; loads of a table take turns."""

from __future__ import annotations

import threading
import time

import pytest

from local_cloud.redshift.errors import Failed
from stagecoach.dataset import Limit
from tests.parity.pairs import Pair
from tests.parity.warehouse import Warehouse
from tests.sql.worlds import World, dataset

ROWS = [(1, "a"), (2, "b")]


@pytest.fixture
def pair(world: World, warehouse: Warehouse) -> Pair:
    return Pair.of(world, warehouse, dataset())


class Killed(Exception):
    """The connection is gone."""


def live(pair: Pair) -> list[tuple]:
    return pair.warehouse.run("select id, surface from aviation.runways order by id")


def stages(pair: Pair) -> int:
    tables = pair.warehouse.run(
        "select count(*) from information_schema.tables "
        "where table_schema = 'stage' and table_name like '%!_!_%' escape '!'"
    )
    return tables[0][0]


@pytest.mark.parametrize("word", ["lock", "drop", "create", "call", "select"])
def test_a_batch_that_is_killed_leaves_nothing(pair: Pair, word: str):
    def between(statement: str) -> None:
        if statement.startswith(word):
            raise Killed

    told = pair.apply(ROWS)
    with pytest.raises(Killed):
        pair.publish(*told, between=between)
    assert (live(pair), stages(pair)) == ([], 0)
    assert pair.publish(*told) == {"inserted": 2}
    assert stages(pair) == 0


def test_a_batch_that_comes_again_leaves_the_load_alone(pair: Pair):
    told = pair.apply(ROWS)
    pair.publish(*told)
    pair.warehouse.run("update aviation.runways set surface = 'by hand' where id = 1")
    counts = pair.warehouse.publish(*told)
    assert counts["inserted"] == 2
    assert live(pair) == [(1, "by hand"), (2, "b")]
    assert stages(pair) == 0


def test_two_loads_at_once_take_turns(pair: Pair):
    first = pair.apply(ROWS)
    holder, waiter = pair.warehouse.session(), pair.warehouse.session()
    holder.run("begin")
    holder.run("lock etl.lock__runways")
    done: list[dict] = []
    thread = threading.Thread(
        target=lambda: done.append(pair.warehouse.publish(*first, session=waiter))
    )
    thread.start()
    time.sleep(0.5)
    assert not done
    holder.run("insert into aviation.runways values (1, 'a')")
    holder.run("commit")
    thread.join(60)
    # What was committed while it waited is the truth to it, because the lock took no snapshot.
    assert (done[0]["inserted"], done[0]["unchanged"]) == (1, 1)


def test_a_batch_that_reads_before_it_locks_gets_error_1023(pair: Pair):
    pair.load(ROWS)
    publication, manifest, rows = pair.apply([(1, "A"), (2, "b")])
    early, other = pair.warehouse.session(), pair.warehouse.session()

    def between(statement: str) -> None:
        if statement.startswith("lock"):  # too late: the snapshot is older than what comes now
            early.run("select count(*) from etl.applied")
            other.run("update aviation.runways set surface = 'z' where id = 1")

    with pytest.raises(Failed, match="1023"):
        pair.warehouse.publish(publication, manifest, rows, session=early, between=between)
    assert live(pair) == [(1, "z"), (2, "b")]


def test_keys_that_were_doubled_by_hand_are_found(pair: Pair):
    pair.load(ROWS)
    told = pair.apply([(1, "a"), (2, "B")])
    pair.warehouse.run("insert into aviation.runways values (1, 'a')")
    with pytest.raises(Failed, match=r"aviation.runways holds 1 keys of load .* more than once"):
        pair.publish(*told)
    assert live(pair) == [(1, "a"), (1, "a"), (2, "b")]


def test_a_stage_table_that_is_not_what_the_manifest_says_fails(pair: Pair):
    publication, manifest, rows = pair.apply(ROWS)
    with pytest.raises(Failed, match=r"^ERROR: the stage table stage.runways__.* holds 1 rows"):
        pair.publish(publication, manifest, rows[1:])
    with pytest.raises(Failed, match=r"^ERROR: the stage table stage.runways__.* holds 2 rows"):
        pair.publish(publication, manifest, [rows[0], rows[0]])
    assert pair.publish(publication, manifest, rows) == {"inserted": 2}


def test_the_delete_guard_stands_in_redshift_too(world: World, warehouse: Warehouse):
    pair = Pair.of(world, warehouse, dataset(max_deletes=Limit(count=1)))
    pair.load([(number, "a") for number in range(5)])
    told = pair.apply([(number, "a") for number in range(1, 5)])
    warehouse.run("insert into aviation.runways values (7, 'by hand'), (8, 'by hand')")
    with pytest.raises(Failed, match=r"3 of 7 live rows of aviation.runways would be deleted"):
        pair.publish(*told)
    approved = ({**told[0], "approved_deletes": 3}, *told[1:])
    assert warehouse.publish(*approved)["deleted"] == 3
