"""Under drift: evolve a file may bring columns that are not declared, and lack some that are."""

from dataclasses import replace

import pytest

from stagecoach.dataset import Column
from stagecoach.errors import LoadRejected, Unavailable
from tests.sql.drifting import loose, send
from tests.sql.test_history import day
from tests.sql.worlds import World, dataset

ID, SURFACE = dataset().columns


@pytest.fixture
def runways(world: World) -> World:
    world.deploy(loose())
    world.load([(1, "a"), (2, "b")])
    return world


def test_s1_an_extra_column_is_added_as_text_and_kept(runways: World):
    assert send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", None)]) == {
        "updated": 1,
        "unchanged": 1,
    }
    assert runways.rows() == [(1, "a", "yes"), (2, "b", None)]
    assert runways.run(
        "select format_type(atttypid, atttypmod), attnotnull from pg_attribute "
        "where attrelid = 'aviation.runways'::regclass and attname = 'lights'"
    ) == [("text", False)]


def test_s1_the_next_file_without_it_nulls_nothing(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", "no")])
    counts = send(runways, ["id", "surface"], [(1, "A"), (2, "b"), (3, "c")])
    assert counts == {"inserted": 1, "updated": 1, "unchanged": 1}
    assert runways.rows() == [(1, "A", "yes"), (2, "b", "no"), (3, "c", None)]


def test_s1_two_columns_of_two_files_live_together(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", None)])
    send(runways, ["id", "surface", "order"], [(1, "a", "x"), (2, "b", None)])
    counts = send(runways, ["id", "surface", "order", "lights"], [(1, "a", "y", "no")])
    assert counts == {"updated": 1, "deleted": 1}
    assert runways.rows() == [(1, "a", "no", "y")]


def test_s1_the_report_names_column_delivery_and_change(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes")], found={"lights": "Lights"})
    send(runways, ["id", "lights"], [(1, "yes")])
    newest, older, oldest = (load["drift"] for load in runways.own.loads())
    assert oldest == []
    assert older == [
        {"column": "lights", "change": "added", "detail": "the file brings it as Lights"}
    ]
    assert [(each["column"], each["change"]) for each in newest] == [
        ("surface", "missing"),
        ("lights", "undeclared"),
    ]


def test_the_view_for_people_names_delivery_and_deployment(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes")], key="runways/may.csv")
    runways.deploy(loose(columns=(ID, replace(SURFACE, type="text"))))
    assert runways.run('select "column", change, key from etl.drift_report') == [
        ("surface", "widened", None),
        ("lights", "added", "runways/may.csv"),
    ]


def test_s1_more_than_the_limit_refuse_the_file(runways: World):
    runways.run("update etl.settings set max_extra_columns = 1")
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes")])
    with pytest.raises(LoadRejected, match="which has 1 undeclared ones of the 1 that"):
        send(runways, ["id", "surface", "width"], [(1, "a", "45")])
    assert runways.rows() == [(1, "a", "yes")]


def test_s1_a_strict_table_takes_none(world: World):
    world.deploy(dataset())
    with pytest.raises(LoadRejected, match="the file has lights beyond the declared columns"):
        send(world, ["id", "surface", "lights"], [(1, "a", "yes")])


def test_s8_a_hostile_name_is_only_a_name(runways: World):
    name = 'x"; drop table etl.load; --'
    send(runways, ["id", "surface", name], [(1, "a", "yes")])
    assert send(runways, ["id", "surface", name], [(1, "a", "no")]) == {"updated": 1}
    assert runways.rows() == [(1, "a", "no")]


def test_a_column_that_is_declared_later_is_adopted(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", None)])
    lights = Column("lights", "text", "lights", nullable=True)
    runways.deploy(loose(columns=(ID, SURFACE, lights)))
    assert runways.load([(1, "a", "yes"), (2, "b", "no")]) == {"updated": 1, "unchanged": 1}
    assert runways.run("select * from etl.extra_column") == []
    assert runways.run("select change from etl.drift where load_id is null") == [("declared",)]


def test_a_column_that_is_declared_with_another_type_tells_the_sql(runways: World):
    send(runways, ["id", "surface", "width"], [(1, "a", "45"), (2, "b", None)])
    declared = loose(columns=(ID, SURFACE, Column("width", "integer", "width", nullable=True)))
    with pytest.raises(LoadRejected, match="column width is text") as refused:
        runways.deploy(declared)
    assert send(runways, ["id", "surface"], [(1, "a"), (2, "b")]) == {"unchanged": 2}
    runways.run(str(refused.value).split(" - run: ")[1])
    runways.deploy(declared)
    assert runways.rows() == [(1, "a", 45), (2, "b", None)]


def test_a_deployment_keeps_the_columns_that_files_brought(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", None)])
    runways.deploy(loose())
    assert send(runways, ["id", "surface", "lights"], [(1, "a", "no")]) == {
        "updated": 1,
        "deleted": 1,
    }
    with pytest.raises(LoadRejected, match="lights is not in the declaration - run: alter table"):
        runways.deploy(dataset())


def test_s7_a_column_that_a_person_added_is_not_taken_for_one(runways: World):
    runways.run("alter table aviation.runways add column lights integer")
    with pytest.raises(LoadRejected, match="column lights is not in the declaration"):
        send(runways, ["id", "surface", "lights"], [(1, "a", "yes")])


def test_a_table_in_use_is_asked_for_again(runways: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("stagecoach.ledger.ADOPT_WAITS", (0.1,))
    runways.run("update etl.settings set ddl_lock_timeout = '50 ms'")
    reader = runways.connect()
    reader.cursor().execute("select * from aviation.runways")
    with pytest.raises(Unavailable, match=r"aviation\.runways is in use by"):
        send(runways, ["id", "surface", "lights"], [(1, "a", "yes")])
    assert runways.run("select * from etl.extra_column") == []


def test_s2_a_missing_column_is_null_in_new_rows_and_kept_in_old_ones(runways: World):
    counts = send(runways, ["id"], [(1,), (3,)])
    assert counts == {"inserted": 1, "unchanged": 1, "deleted": 1}
    assert runways.rows() == [(1, "a"), (3, None)]


def test_s2_a_missing_column_makes_no_fact_stale(world: World):
    world.deploy(loose(mode="append"))
    world.load([(1, "a")])
    assert send(world, ["id"], [(1,), (2,)]) == {"inserted": 1, "unchanged": 1}
    assert world.rows() == [(1, "a"), (2, None)]


def test_s2_a_history_carries_what_its_file_lacks_into_the_next_version(world: World):
    length = Column("length", "integer", "length", nullable=True)
    world.deploy(loose(mode="history", deletes="close", columns=(ID, SURFACE, length)))
    world.load([(1, "a", 10), (2, "b", 20)], event_time=day(1))
    rows = [(1, "A"), (2, "b")]
    assert send(world, ["id", "surface"], rows, event_time=day(2)) == {
        "updated": 1,
        "unchanged": 1,
    }
    found = "select id, surface, length, is_current from aviation.runways order by id, valid_from"
    assert world.run(found) == [(1, "a", 10, False), (1, "A", 10, True), (2, "b", 20, True)]


def test_s2_a_late_version_takes_what_held_at_its_time(world: World):
    seen = Column("seen", "date", "seen")
    told = {"mode": "history", "deletes": "ignore", "order_by": "seen"}
    world.deploy(loose(columns=(ID, SURFACE, seen), **told))
    world.load([(1, "a", "2026-01-01"), (1, "c", "2026-01-09")])
    assert send(world, ["id", "seen"], [(1, "2026-01-05")]) == {"updated": 1}
    send(world, ["id", "seen", "lights"], [(1, "2026-01-06", "yes")])
    found = "select surface, lights from aviation.runways order by valid_from"
    assert world.run(found) == [("a", None), ("a", None), ("a", "yes"), ("c", None)]


def test_s2_a_table_that_is_replaced_has_no_old_values(world: World):
    world.deploy(loose(mode="replace", key=()))
    send(world, ["id", "surface", "lights"], [(1, "a", "yes")])
    send(world, ["id", "surface"], [(1, "a")])
    assert world.rows() == [(1, "a", None)]


def test_a_new_column_is_mailed_and_a_known_one_is_not(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes")])
    send(runways, ["id", "surface", "lights"], [(1, "b", "yes")])
    (alert,) = runways.own.pending_alerts()
    runways.own.commit()
    assert "lights was added: the file brings it as lights" in alert["message"]


def test_an_extra_column_is_not_declared_by_a_widened_type(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes")])
    runways.deploy(loose(columns=(ID, replace(SURFACE, type="text"))))
    assert send(runways, ["id", "surface", "lights"], [(1, "a", "yes")]) == {"unchanged": 1}


def test_a_manifest_without_columns_has_the_declared_ones(runways: World):
    send(runways, ["id", "surface", "lights"], [(1, "a", "yes"), (2, "b", None)])
    load_id = runways.arrive()
    manifest = runways.stage(load_id, runways.own.claim("runways")["attempt"], [(1, None)])
    runways.own.apply_load(load_id, {**manifest, "columns": None})
    assert runways.rows() == [(1, None, "yes")]
