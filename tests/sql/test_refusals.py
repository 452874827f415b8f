"""What a merge refuses, and that nothing of it remains."""

import json
import threading

import pytest
from pg8000.exceptions import DatabaseError

from stagecoach.dataset import Column
from stagecoach.errors import Busy, LoadRejected, Permanent, Unavailable
from tests.sql.worlds import World, dataset


def staged(world: World, rows: list[tuple]) -> dict:
    """A load that is staged and not yet applied; answers its manifest."""
    load_id = world.arrive()
    claimed = world.ledger().claim("runways")
    return world.stage(load_id, claimed["attempt"], rows)


@pytest.fixture
def runways(world: World) -> World:
    world.deploy(dataset())
    return world


def test_a_stage_with_a_missing_row_is_staged_again(runways: World):
    """L12"""
    manifest = staged(runways, [(1, "a"), (2, "b")])
    manifest["counts"] |= {"read": 4, "good": 3}
    with pytest.raises(Unavailable, match="holds 2 rows"):
        runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.rows() == []


def test_a_stage_with_another_row_in_place_of_one_is_noticed(runways: World):
    """L12"""
    manifest = staged(runways, [(1, "a"), (2, "b")])
    manifest["hash_sum"] = "12"
    with pytest.raises(Unavailable, match="hash sum"):
        runways.ledger().apply_load(manifest["load_id"], manifest)


def test_lines_that_do_not_add_up_are_refused(runways: World):
    """L11"""
    manifest = staged(runways, [(1, "a")])
    manifest["counts"]["read"] = 7
    with pytest.raises(LoadRejected, match="do not add up"):
        runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.rows() == []
    assert runways.ledger().load_report(manifest["load_id"])["state"] == "running"


def test_a_constraint_of_the_table_rolls_everything_back(runways: World):
    """L10"""
    runways.load([(1, "a")])
    runways.run("alter table aviation.runways add constraint grass check (surface <> 'b')")
    manifest = staged(runways, [(1, "changed"), (2, "b")])
    with pytest.raises(LoadRejected, match="grass"):
        runways.ledger().apply_load(manifest["load_id"], manifest)
    assert runways.rows() == [(1, "a")]


def test_a_table_without_its_unique_index_is_refused_before_staging(runways: World):
    runways.run("alter table aviation.runways drop constraint runways_pkey")
    with pytest.raises(LoadRejected, match="no unique index over its key"):
        staged(runways, [(1, "a")])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("add column extra text", "column extra is not in the declaration"),
        ("drop column surface", "column surface is missing"),
        ("alter surface type text", r"is text, the declaration says character varying\(8\)"),
        ("alter surface set not null", "drop not null"),
    ],
)
def test_a_table_that_was_altered_by_hand_is_refused_before_staging(
    runways: World, change: str, said: str
):
    """S7"""
    runways.run(f"alter table aviation.runways {change}")
    with pytest.raises(LoadRejected, match=said):
        staged(runways, [(1, "a")])


def test_a_job_of_an_attempt_that_is_over_is_turned_away(runways: World):
    manifest = staged(runways, [(1, "a")])
    runways.ledger().fail(manifest["load_id"], "killed", retryable=True)
    assert runways.ledger().claim("runways")["attempt"] == 2
    for call in (
        lambda: runways.ledger().begin_stage(manifest["load_id"], 1),
        lambda: runways.ledger().stage_part(manifest["load_id"], 1, 0),
        lambda: runways.ledger().apply_load(manifest["load_id"], manifest),
    ):
        with pytest.raises(Busy, match=r"attempt 1 of load .* is over"):
            call()


def test_a_part_is_staged_once_per_attempt(runways: World):
    """L13"""
    load_id = runways.arrive()
    attempt = runways.ledger().claim("runways")["attempt"]
    runways.ledger().begin_stage(load_id, attempt)
    first, second = runways.ledger(), runways.ledger()
    assert first.stage_part(load_id, attempt, 7)
    answers: list[bool] = []
    other = threading.Thread(target=lambda: answers.append(second.stage_part(load_id, attempt, 7)))
    other.start()
    first.commit()
    other.join(10)
    assert answers == [False]


def test_stage_tables_of_long_names_never_collide(world: World):
    long = "a" * 40
    world.deploy(dataset(f"{long}_one"), dataset(f"{long}_two"))
    names = set()
    for name in (f"{long}_one", f"{long}_two"):
        load_id = world.arrive(name)
        names.add(world.ledger().begin_stage(load_id, world.ledger().claim(name)["attempt"]))
    assert len(names) == 2
    assert all(len(name) <= len("stage.") + 63 for name in names)


def test_a_final_state_is_final(runways: World):
    runways.load([(1, "a")])
    load_id = runways.ledger().loads()[0]["load_id"]
    assert runways.ledger().refuse(load_id, "too late")["state"] == "applied"
    assert runways.ledger().fail(load_id, "too late", retryable=True)["state"] == "applied"
    with pytest.raises(DatabaseError, match="cannot go from applied to queued"):
        runways.run("update etl.load set state = 'queued', ended_at = null")


def test_values_are_text_whatever_they_say(world: World):
    """S8"""
    columns = (Column("id", "bigint", "id"), Column("surface", "text", "surface", nullable=True))
    world.deploy(dataset(columns=columns))
    hostile = "'); drop table etl.load; -- $$ \\ %s"
    world.load([(1, hostile)])
    world.load([(1, hostile), (2, None)])
    assert world.rows() == [(1, hostile), (2, None)]


def test_an_unknown_load_is_named(runways: World):
    nobody = "00000000-0000-0000-0000-000000000000"
    with pytest.raises((Busy, Permanent), match=f"there is no load {nobody}"):
        runways.ledger().queue(nobody, {})


def test_rejected_rows_are_kept_up_to_the_limit(runways: World):
    """C16"""
    load_id = runways.arrive()
    rejects = [{"line": line, "rule": "id is a bigint"} for line in range(250)]
    runways.ledger().refuse(load_id, "too many", rejects, {"read": 250})
    assert [each["line"] for each in runways.ledger().rejects(load_id)] == list(range(100))


def test_a_replay_of_an_applied_file_changes_nothing(runways: World):
    """L6"""
    runways.load([(1, "a")])
    old = runways.ledger().loads()[0]["load_id"]
    again = runways.ledger().replay(old)["load_id"]
    runways.ledger().queue(again, {"pinned_key": "x"})
    manifest = runways.stage(again, runways.ledger().claim("runways")["attempt"], [(1, "a")])
    runways.ledger().apply_load(again, json.loads(json.dumps(manifest)))
    assert runways.counts(again) == {"unchanged": 1}
