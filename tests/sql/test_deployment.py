"""Deploying: in order, once, again without effect, and never at the cost of a live table."""

from dataclasses import replace

import pytest

from stagecoach.dataset import Column, PostgresTarget
from stagecoach.errors import DeclarationError, LoadRejected, Permanent
from tests.sql.worlds import World, dataset, write_sql
from workbench.quoting import RESERVED, index_name, quote

PRICE = Column("price", "numeric(9,2)", "price", nullable=True, description="In euro, it's gross")


def test_a_second_deployment_runs_no_migration(world: World):
    first = world.deploy(dataset())
    assert first["migrations"][0] == "001_settings.sql"
    assert first["datasets"] == ["runways"]
    assert world.deploy(dataset())["migrations"] == []


def test_a_migration_that_was_changed_afterwards_is_an_error(world: World):
    folder = write_sql(world.folder, dataset())
    world.deploy(dataset())
    old = folder / "migrations" / "001_settings.sql"
    original = old.read_text()
    from stagecoach.migrate import migrate

    old.write_text(original + "\n-- changed\n")
    with pytest.raises(Permanent, match=r"001_settings\.sql was changed after it ran"):
        migrate(world.connect(), folder)


def test_a_new_nullable_column_is_added_and_rows_grants_and_comments_stay(world: World):
    world.deploy(dataset())
    world.load([(1, "a")])
    world.run("create role reader_of_runways")
    world.run("grant select on aviation.runways to reader_of_runways")
    world.deploy(dataset(columns=(*dataset().columns, PRICE), indexes=(("price",),)))
    assert world.rows() == [(1, "a", None)]
    assert world.load([(1, "a", "2.50")]) == {"updated": 1}
    assert world.run(
        "select has_table_privilege('reader_of_runways', 'aviation.runways', 'select'), "
        "col_description('aviation.runways'::regclass, 3), "
        "to_regclass('aviation.runways_price') is not null"
    ) == [(True, "In euro, it's gross", True)]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ((Column("id", "integer", "id"),), "alter column id type integer;"),
        ((*dataset().columns, replace(PRICE, nullable=False)), "add column price"),
        (dataset().columns[:1], "drop column surface;"),
    ],
)
def test_any_other_change_is_refused_with_the_sql_to_run(world: World, columns: tuple, said: str):
    world.deploy(dataset())
    with pytest.raises(LoadRejected, match=f"run: alter table aviation.runways .*{said}"):
        world.deploy(dataset(columns=columns))
    world.load([(1, "a")])


@pytest.mark.parametrize(
    "kind",
    [
        *("boolean", "smallint", "integer", "bigint", "numeric(12,2)", "numeric(5)", "real"),
        *("double", "varchar(8)", "text", "date", "timestamp", "timestamptz", "time", "uuid"),
        "json",
    ],
)
def test_every_type_is_the_same_in_declaration_and_catalogue(world: World, kind: str):
    columns = (Column("id", "bigint", "id"), Column("value", kind, "value", nullable=True))
    world.deploy(dataset(columns=columns))
    assert world.run("select * from etl.column_differences('runways')") == []
    world.load([(1, None)])
    assert world.load([(1, None)]) == {"unchanged": 1}


def test_the_reserved_words_are_those_of_the_server(world: World):
    words = world.run("select word from pg_get_keywords() where catcode in ('R', 'T')")
    assert {word for (word,) in words} <= RESERVED


def test_a_name_is_quoted_only_where_it_must_be():
    assert [quote(name) for name in ("id", "order", "Id", 'a"b')] == [
        "id", '"order"', '"Id"', '"a""b"'
    ]  # fmt: skip
    with pytest.raises(DeclarationError, match="cannot name a thing"):
        quote("a" * 64)


def test_long_index_names_stay_apart():
    one, two = (index_name("t" * 60, (column,)) for column in ("left", "right"))
    assert one != two
    assert len(one.encode()) <= 63


def test_two_targets_in_one_table_are_refused(world: World):
    twin = replace(dataset("taxiways"), postgres=PostgresTarget("aviation", "runways"))
    with pytest.raises(LoadRejected, match="a table has one dataset"):
        world.deploy(dataset(), twin)
