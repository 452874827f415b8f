"""Whole tables on their way to Redshift in the ledger: what waits, resumes or is refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from stagecoach.dataset import Column, RedshiftTarget
from stagecoach.errors import Busy, LoadRejected, Permanent
from tests.sql.worlds import World, dataset

BOTH = replace(dataset(), redshift=RedshiftTarget("aviation", "runways"))
FOUND = {"rows": 2, "hash_sum": "-12345678901234567890", "loads": 1, "contained": []}


def ask(world: World, call: str, *values: object) -> Any:
    """What a function of the ledger answers; its errors are ours."""
    marks = ", ".join(["%s"] * len(values))
    return world.own._ask(f"select etl.{call}({marks})", *values)


def opened(world: World) -> tuple[str, int]:
    """A new migration: its id and attempt."""
    migration = ask(world, "open_table_migration", "runways")
    return migration["migration_id"], migration["attempt"]


def read(world: World, this: tuple[str, int], **found: object) -> dict[str, Any]:
    """Note that everything is in S3."""
    return ask(world, "migration_read", *this, json.dumps({**FOUND, **found}))


@pytest.fixture
def both(world: World) -> World:
    world.deploy(BOTH)
    return world


def test_publications_wait_while_a_migration_runs_and_go_on_after_it(both: World):
    both.load([(1, "grass")])
    this = opened(both)
    assert ask(both, "next_publication", "runways") is None
    read(both, this)
    ask(both, "migrated", *this, 2, FOUND["hash_sum"])
    assert ask(both, "next_publication", "runways")["dataset"] == "runways"


def test_what_the_snapshot_holds_is_published_with_it(both: World):
    both.load([(1, "grass")])
    held = both.run("select load_id::text from etl.publication")[0][0]
    this = opened(both)
    read(both, this, contained=[held])
    both.load([(1, "grass"), (2, "water")])
    ask(both, "migrated", *this, 2, FOUND["hash_sum"])
    told = both.run("select state, agrees, counts->'inserted' from etl.publication order by 2")
    assert told == [("applied", True, 1), ("waiting", None, None)]


def test_a_read_that_failed_is_over_and_holds_nothing(both: World):
    both.load([(1, "grass")])
    this = opened(both)
    ask(both, "migration_failed", *this, "killed")
    assert ask(both, "next_publication", "runways") is not None
    assert opened(both)[0] != this[0]


def test_what_was_read_is_tried_again_and_publications_wait(both: World):
    both.load([(1, "grass")])
    this = opened(both)
    read(both, this)
    ask(both, "migration_failed", *this, "COPY refused")
    assert ask(both, "next_publication", "runways") is None
    assert opened(both) == (this[0], 2)


def test_what_was_read_of_other_columns_is_read_again(both: World):
    this = opened(both)
    read(both, this)
    ask(both, "migration_failed", *this, "COPY refused")
    more = Column("lit", "boolean", "lit", nullable=True)
    both.deploy(replace(BOTH, columns=(*BOTH.columns, more)))
    again = opened(both)
    assert again[0] != this[0]
    assert again[1] == 1


def test_a_migration_that_is_given_up_lets_publications_go_on(both: World):
    both.load([(1, "grass")])
    read(both, opened(both))
    assert ask(both, "abandon_table_migration", "runways")["state"] == "abandoned"
    assert ask(both, "next_publication", "runways") is not None


def test_an_attempt_that_is_over_changes_nothing(both: World):
    this = opened(both)
    read(both, this)
    ask(both, "migration_failed", *this, "COPY refused")
    opened(both)
    for call in (("migration_started", *this, "jr_1"), ("migrated", *this, 2, FOUND["hash_sum"])):
        with pytest.raises(Busy, match=r"attempt 1 of migration .* is over"):
            ask(both, *call)


def test_other_rows_than_were_read_are_never_applied(both: World):
    this = opened(both)
    read(both, this)
    with pytest.raises(LoadRejected, match="what is in Redshift is what was read"):
        ask(both, "migrated", *this, 2, "7")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("harbours", "does not know dataset harbours - run the migrate function"),
        ("plain", "has no target in Redshift - declare targets.redshift and deploy"),
        ("runways", "a migration of runways runs already - see how far it is: .* --look"),
    ],
)
def test_what_cannot_be_is_one_sentence(both: World, name: str, said: str):
    both.deploy(BOTH, dataset("plain"))
    opened(both)
    with pytest.raises(Permanent, match=said):
        ask(both, "open_table_migration", name)


def test_a_live_table_that_is_missing_is_one_sentence(both: World):
    both.run("drop table aviation.runways")
    with pytest.raises(LoadRejected, match=r"table aviation\.runways .* does not exist"):
        opened(both)


def test_nothing_to_look_at_and_nothing_to_give_up_are_sentences(both: World):
    with pytest.raises(Permanent, match="no migration of runways was ever begun"):
        ask(both, "table_migration", "runways")
    with pytest.raises(Permanent, match="no migration of runways is open"):
        ask(both, "abandon_table_migration", "runways")


def test_parts_cover_a_table_and_its_partitions(both: World):
    both.run("alter table aviation.runways set (fillfactor = 10)")
    both.run("insert into aviation.runways select n, 'x' from generate_series(1, 60000) as n")
    parts = both.run("select etl.migration_parts('runways')")[0][0]
    blocks = both.run("select pg_relation_size('aviation.runways') / 8192")[0][0]
    assert [part[1] for part in parts] == [0, *(part[2] for part in parts[:-1])]
    assert parts[-1][2] == blocks
    assert len(parts) > 4

    both.run("alter table aviation.runways rename to old")
    both.run("create table aviation.runways (like aviation.old) partition by range (id)")
    for start in (0, 10):
        both.run(
            f"create table aviation.from_{start} partition of aviation.runways "
            f"for values from ({start}) to ({start + 10})"
        )
        both.run(f"insert into aviation.runways values ({start}, 'x')")
    assert both.run("select etl.migration_parts('runways')")[0][0] == [
        ["aviation.from_0", 0, 1],
        ["aviation.from_10", 0, 1],
    ]
