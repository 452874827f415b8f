"""A changed declaration and the live table: what is safe is done, all else is left to a person."""

import threading
import time
from dataclasses import replace

import pytest

from stagecoach.dataset import Column
from stagecoach.errors import LoadRejected, Unavailable
from stagecoach.migrate import migrate
from tests.sql.worlds import World, dataset, write_sql

ID, SURFACE = dataset().columns


def with_value(kind: str, nullable: bool = True):
    """The dataset whose second column is `value` of this type."""
    return dataset(columns=(ID, Column("value", kind, "value", nullable=nullable)))


def type_of(world: World, column: str) -> str:
    statement = (
        "select format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = 'aviation.runways'::regclass and attname = %s"
    )
    return world.run(statement, column)[0][0]


WIDENED = (
    ("smallint", "integer", 32767),
    ("smallint", "bigint", -32768),
    ("integer", "bigint", 2**31 - 1),
    ("varchar(3)", "varchar(4)", "abc"),
    ("varchar(3)", "text", "abc"),
    ("numeric(5,2)", "numeric(7,2)", "999.99"),
    ("numeric(5,2)", "numeric(7,4)", "999.99"),
    ("real", "double", 0.5),
)
NOT_WIDER = (
    ("bigint", "integer"),
    ("varchar(4)", "varchar(3)"),
    ("text", "varchar(9)"),
    ("numeric(5,2)", "numeric(5,3)"),
    ("numeric(5,2)", "numeric(4,2)"),
    ("double", "real"),
    ("timestamp", "date"),
    ("integer", "text"),
    ("text", "integer"),
)


def with_types(kinds: list[str]):
    """The dataset with a nullable column of each type: v0, v1, .."""
    values = [Column(f"v{at}", kind, f"v{at}", nullable=True) for at, kind in enumerate(kinds)]
    return dataset(columns=(ID, *values))


def test_s6_types_become_wider_and_no_value_changes(world: World):
    world.deploy(with_types([old for old, _, _ in WIDENED]))
    rows = [(1, *(value for _, _, value in WIDENED)), (2, *(None for _ in WIDENED))]
    world.load(rows)
    world.deploy(with_types([new for _, new, _ in WIDENED]))
    assert world.run("select * from etl.column_differences('runways')") == []
    assert world.load(rows) == {"unchanged": 2}
    assert world.run("select change from etl.drift") == [("widened",)] * len(WIDENED)


def test_s6_a_type_that_is_not_wider_is_left_to_a_person(world: World):
    world.deploy(with_types([old for old, _ in NOT_WIDER]))
    with pytest.raises(LoadRejected) as refused:
        world.deploy(with_types([new for _, new in NOT_WIDER]))
    for at in range(len(NOT_WIDER)):
        assert f"run: alter table aviation.runways alter column v{at} type" in str(refused.value)


def test_what_is_refused_leaves_nothing_half_done(world: World):
    world.deploy(with_value("integer"))
    changed = with_value("bigint")
    more = Column("more", "text", "more", nullable=True)
    with pytest.raises(LoadRejected, match="column id is bigint"):
        world.deploy(replace(changed, columns=(replace(ID, type="integer"), more)))
    assert type_of(world, "value") == "integer"
    assert world.run("select columns -> 0 ->> 'type' from etl.dataset") == [("bigint",)]
    world.load([(1, 2)])


def test_every_difference_has_its_sentence(world: World):
    world.deploy(dataset())
    columns = (replace(ID, type="integer"), Column("length", "integer", "length"))
    with pytest.raises(LoadRejected) as refused:
        world.deploy(dataset(columns=columns))
    said = str(refused.value)
    assert "column id is bigint, the declaration says integer - run: alter table" in said
    assert "column length is missing - run: alter table aviation.runways add column length" in said
    assert "column surface is not in the declaration - run: alter table" in said


def test_the_sql_that_is_told_mends_what_was_refused(world: World):
    world.deploy(with_value("text"))
    world.load([(1, "12"), (2, None)])
    with pytest.raises(LoadRejected) as refused:
        world.deploy(with_value("integer"))
    world.run(str(refused.value).split(" - run: ")[1])
    world.deploy(with_value("integer"))
    assert world.rows() == [(1, 12), (2, None)]


def test_a_renamed_column_is_told_with_both_ways(world: World):
    world.deploy(dataset())
    with pytest.raises(LoadRejected, match="rename column surface to pavement; if it is"):
        world.deploy(dataset(columns=(ID, replace(SURFACE, name="pavement"))))


def test_a_column_becomes_not_null_when_no_row_is(world: World):
    world.deploy(dataset())
    world.load([(1, "a")])
    world.deploy(dataset(columns=(ID, replace(SURFACE, nullable=False))))
    world.deploy(dataset())
    world.load([(1, None)])
    with pytest.raises(LoadRejected, match=r"and rows hold null - run: .* set not null"):
        world.deploy(dataset(columns=(ID, replace(SURFACE, nullable=False))))
    changes = [change for (change,) in world.run("select change from etl.drift order by drift_id")]
    assert changes == ["tightened", "relaxed"]


def test_another_key_is_refused_with_the_sql(world: World):
    world.deploy(dataset())
    columns = (ID, replace(SURFACE, nullable=False))
    world.load([(1, "a")])
    keyed = dataset(columns=columns, key=("id", "surface"))
    with pytest.raises(LoadRejected, match="drop constraint runways_pkey, add primary key") as told:
        world.deploy(keyed)
    world.run("alter table aviation.runways alter surface set not null")
    world.run(str(told.value).split(" - run: ")[-1])
    world.deploy(keyed)
    assert world.load([(1, "a"), (1, "b")]) == {"inserted": 1, "unchanged": 1}


def test_a_view_stands_and_is_told_of(world: World):
    world.deploy(with_value("integer"))
    world.run("create view aviation.long_ones as select value from aviation.runways")
    with pytest.raises(LoadRejected, match=r"run: drop view aviation\.long_ones; alter") as refused:
        world.deploy(with_value("bigint"))
    world.run(f"do $do$ begin {str(refused.value).split(' - run: ')[1]} end $do$")
    world.deploy(with_value("bigint"))
    assert world.run("select * from aviation.long_ones") == []


def test_a_large_table_is_not_rewritten_behind_its_readers(world: World):
    world.deploy(with_value("integer"))
    world.load([(1, 2)])
    world.run("update etl.settings set max_rewrite = 0")
    with pytest.raises(LoadRejected, match=r"readers would wait while .* are rewritten"):
        world.deploy(with_value("bigint"))
    world.deploy(with_value("integer"))


def test_an_index_comes_and_goes_with_the_declaration(world: World):
    world.deploy(dataset(indexes=(("surface",),)))
    world.run("create index mine on aviation.runways (surface)")
    world.deploy(dataset(indexes=(("surface", "id"),)))
    assert world.run(
        "select indexrelid::regclass::text from pg_index "
        "where indrelid = 'aviation.runways'::regclass order by 1"
    ) == [("aviation.mine",), ("aviation.runways_pkey",), ("aviation.runways_surface_id",)]


def test_a_comment_follows_the_declaration(world: World):
    for said in ("What it's paved with", "Its cover"):
        world.deploy(dataset(columns=(ID, replace(SURFACE, description=said))))
        found = world.run("select col_description('aviation.runways'::regclass, 2)")
        assert found == [(said,)]


def test_a_deployment_without_a_change_waits_for_no_merge(world: World):
    told = dataset(indexes=(("surface",),), columns=(ID, replace(SURFACE, description="Cover")))
    world.deploy(told)
    merging = world.connect()
    merging.cursor().execute("lock table aviation.runways in share row exclusive mode")
    world.deploy(told)
    merging.rollback()


def test_readers_do_not_queue_behind_a_deployment_that_waits(world: World):
    """A reader holds the table; another one still gets in, and the change comes after both."""
    world.deploy(with_value("integer"))
    world.run("update etl.settings set ddl_lock_timeout = '100 ms'")
    holder, reader = world.connect(), world.connect()
    holder.cursor().execute("select * from aviation.runways")
    folder = write_sql(world.folder, with_value("bigint"))
    answers: list = []
    deployment = threading.Thread(
        target=lambda: answers.append(migrate(world.connect(), folder, patience=60))
    )
    deployment.start()
    slowest = 0.0
    until = time.monotonic() + 4
    while time.monotonic() < until:
        begun = time.monotonic()
        reader.cursor().execute("select * from aviation.runways")
        reader.rollback()
        slowest = max(slowest, time.monotonic() - begun)
    assert answers == []
    assert slowest < 2
    holder.rollback()
    deployment.join(60)
    assert answers
    assert type_of(world, "value") == "bigint"


def test_who_holds_the_table_is_named_when_patience_ends(world: World):
    world.deploy(with_value("integer"))
    world.run("update etl.settings set ddl_lock_timeout = '100 ms'")
    world.connect().cursor().execute("select * from aviation.runways")
    folder = write_sql(world.folder, with_value("bigint"))
    with pytest.raises(Unavailable, match=r"aviation.runways is in use by .*process \d+, idle in"):
        migrate(world.connect(), folder, patience=0)
    assert type_of(world, "value") == "integer"


def test_the_memory_of_deletions_becomes_wider_too(world: World):
    seen = Column("seen", "integer", "seen", nullable=True)
    gone = Column("is_gone", "boolean", "is_gone", nullable=True)
    told = {"mode": "upsert", "order_by": "seen", "deleted_when": "is_gone"}
    world.deploy(dataset(columns=(ID, seen, gone), **told))
    world.load([(1, 5, True)])
    wider = (ID, replace(seen, type="bigint"), gone)
    world.deploy(dataset(columns=wider, **told))
    assert world.load([(1, 4, False), (2, 2**40, True)]) == {"stale": 1, "unchanged": 1}
    with pytest.raises(LoadRejected, match=r"drop table etl\.gone__runways"):
        world.deploy(dataset(columns=wider, **{**told, "order_by": "id"}))


def test_a_load_that_runs_while_a_column_is_added_is_applied(world: World):
    """K8: the stage table was made before the deployment, the merge is the new one."""
    world.deploy(dataset())
    world.load([(1, "a")])
    load_id = world.arrive()
    manifest = world.stage(load_id, world.own.claim("runways")["attempt"], [(1, "b"), (2, "c")])
    world.deploy(dataset(columns=(ID, SURFACE, Column("more", "integer", "more", nullable=True))))
    world.own.apply_load(load_id, manifest)
    assert world.rows() == [(1, "b", None), (2, "c", None)]
