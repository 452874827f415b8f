"""What a merge costs: rows that did not change are not written, so they are not logged either."""

import pytest

from tests.sql.worlds import World, dataset

ROWS = 20_000


def stage_many(world: World, name: str, changed: int = 0) -> dict:
    """Stage ROWS rows of which the first `changed` differ from what they were; the manifest."""
    load_id = world.arrive(name)
    claimed = world.own.claim(name)
    assert claimed is not None
    table = world.own.begin_stage(load_id, claimed["attempt"])
    world.run(
        f"insert into {table} select n, case when n <= {changed} then 'ice' else 'grass' end, "
        f"n + 1, hashint8(n) from generate_series(1, {ROWS}) as n"
    )
    ((hash_sum,),) = world.run(f"select sum(_row_hash)::text from {table}")
    counts = {"read": ROWS + 1, "header": 1, "good": ROWS, "rejected": 0, "warned": 0}
    told = {"load_id": load_id, "attempt": claimed["attempt"], "rejects": []}
    return {**told, "counts": counts, "hash_sum": hash_sum}


def load_many(world: World, name: str, changed: int = 0) -> int:
    """Apply such rows; answers how many bytes of write-ahead log the merge took."""
    manifest = stage_many(world, name, changed)
    before = world.run("select pg_current_wal_insert_lsn()::text")[0][0]
    world.own.apply_load(manifest["load_id"], manifest)
    written = "select (pg_current_wal_insert_lsn() - %s::pg_lsn)::bigint"
    return world.run(written, before)[0][0]


def places(world: World) -> dict[int, tuple]:
    """Where each row is, and who wrote it."""
    found = world.run("select id, ctid::text, xmin::text from aviation.runways")
    return {number: tuple(place) for number, *place in found}


def test_an_unchanged_snapshot_writes_a_twentieth_of_what_a_rewrite_does(world: World):
    world.deploy(dataset(), dataset("rewritten", "replace"))
    for name in ("runways", "rewritten"):
        load_many(world, name)
    assert load_many(world, "runways") < load_many(world, "rewritten") / 20


@pytest.mark.parametrize("mode", ["snapshot", "upsert"])
def test_only_the_rows_that_changed_are_written(world: World, mode: str):
    world.deploy(dataset(mode=mode))
    load_many(world, "runways")
    before = places(world)
    load_many(world, "runways", changed=ROWS // 100)
    after = places(world)
    moved = {number for number in after if after[number] != before[number]}
    assert moved == set(range(1, ROWS // 100 + 1))


@pytest.mark.parametrize("mode", ["snapshot", "upsert"])
def test_a_merge_walks_both_tables_in_the_order_of_the_key(world: World, mode: str):
    world.deploy(dataset(mode=mode))
    load_many(world, "runways")
    told = world.own.connection.notices
    world.run("load 'auto_explain'")
    for setting in ("log_min_duration = 0", "log_nested_statements = on"):
        world.run(f"set auto_explain.{setting}")
    manifest = stage_many(world, "runways", 1)
    world.run("set client_min_messages = log")
    world.own.apply_load(manifest["load_id"], manifest)
    (plan,) = (text for notice in told if "with judged" in (text := notice[b"M"].decode()))
    assert "Merge" in plan
    assert "Hash" not in plan
    assert "Memoize" not in plan
