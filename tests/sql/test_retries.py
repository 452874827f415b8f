"""K7: what a database says in passing is tried again; what it means is not."""

import pytest

from stagecoach.errors import LoadRejected, StagecoachError, Unavailable
from tests.sql.worlds import World, dataset

PASSING = ["40001", "40P01", "53100", "53300", "57P01", "25006", "08006"]
MEANT = ["23505", "23514", "22003"]


def staged(world: World, *, fails_with: str) -> dict:
    """A load whose merge meets an error of this code, which a trigger raises."""
    world.deploy(dataset())
    world.load([(1, "a")])
    world.run(
        "create function aviation.break() returns trigger language plpgsql as "
        f"$$ begin raise exception 'broken off' using errcode = '{fails_with}'; end; $$"
    )
    world.run(
        "create trigger break before insert or update on aviation.runways "
        "for each row execute function aviation.break()"
    )
    load_id = world.arrive()
    return world.stage(load_id, world.own.claim("runways")["attempt"], [(1, "b"), (2, "c")])


@pytest.mark.parametrize("code", PASSING)
def test_k7_a_merge_that_is_broken_off_leaves_nothing_and_then_succeeds(world: World, code: str):
    manifest = staged(world, fails_with=code)
    with pytest.raises(Unavailable, match=f"broken off .*{code}"):
        world.own.apply_load(manifest["load_id"], manifest)
    assert world.rows() == [(1, "a")]
    world.run("drop trigger break on aviation.runways")
    world.own.apply_load(manifest["load_id"], manifest)
    assert world.counts(manifest["load_id"]) == {"inserted": 1, "updated": 1}


@pytest.mark.parametrize("code", MEANT)
def test_k7_l10_what_no_retry_mends_is_refused_with_the_databases_words(world: World, code: str):
    manifest = staged(world, fails_with=code)
    with pytest.raises(LoadRejected, match="broken off"):
        world.own.apply_load(manifest["load_id"], manifest)
    assert world.rows() == [(1, "a")]


def test_k7_after_three_attempts_it_is_given_up_aloud(world: World):
    load_id = staged(world, fails_with="40001")["load_id"]
    states = []
    for _ in range(3):
        attempt = world.own.load_report(load_id)["attempt"]
        manifest = world.stage(load_id, attempt, [(1, "b")])
        with pytest.raises(StagecoachError) as broken:
            world.own.apply_load(load_id, manifest)
        states.append(world.own.fail(load_id, str(broken.value), retryable=True)["state"])
        world.own.claim("runways")
    assert states == ["queued", "queued", "failed"]
    (alert,) = world.own.pending_alerts()
    assert "broken off" in alert["message"]


def test_l13_a_stage_with_a_doubled_row_is_not_merged(world: World):
    world.deploy(dataset())
    load_id = world.arrive()
    attempt = world.own.claim("runways")["attempt"]
    manifest = world.stage(load_id, attempt, [(1, "a"), (2, "b")])
    ((stage,),) = world.run("select 'stage.' || relname from pg_class where relname ~ '__'")
    world.run(f"insert into {stage} select * from {stage} where _row_no = 2")
    with pytest.raises(Unavailable, match="holds 3 rows"):
        world.own.apply_load(load_id, manifest)
    manifest = world.stage(load_id, attempt, [(1, "a"), (2, "b")])
    world.own.apply_load(load_id, manifest)
    assert world.rows() == [(1, "a"), (2, "b")]
