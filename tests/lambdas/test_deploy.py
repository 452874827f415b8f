"""A deployment brings both databases to what was built; again it changes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column
from stagecoach.deploy import deploy
from stagecoach.errors import LoadRejected, Permanent, SetupError, Unavailable
from stagecoach.migrate_warehouse import migrate_warehouse
from tests.lambdas.warehouse import House, paused, runways
from tests.sql.worlds import dataset, write_sql

WIDER = (
    Column("id", "bigint", "id"),
    Column("surface", "varchar(8)", "surface", nullable=True),
    Column("lit", "boolean", "lit", nullable=True),
)


def sql_of(house: House) -> Path:
    """The SQL of the dataset, as in the zip of the function."""
    return write_sql(house.cloud.world.folder, house.dataset).parent


def again(house: House) -> list[str]:
    """Deploy what is in the folder; answers what ran in Redshift."""
    folder = house.cloud.world.folder
    answer = deploy(house.cloud.world.connect(), folder, house.place)
    return list(answer["warehouse"]["ran"])


def test_what_ran_already_does_not_run_again(house: House):
    assert again(house) == []


def test_what_was_changed_runs_again_and_nothing_else(house: House):
    name = f"datasets/{house.dataset.name}/comments.sql"
    file = sql_of(house) / "redshift" / name
    file.write_text(file.read_text().replace("Every runway", "Each runway"))
    assert again(house) == [name]


def test_a_new_column_is_added_to_the_live_table_which_keeps_its_rows(house: House):
    house.load([(1, "grass")])
    house.settle()
    wider = House(house.cloud, house.place, replace(house.dataset, columns=WIDER))
    assert wider.rows() == [(1, "grass", None)]


def test_what_a_person_must_do_is_said_before_anything_is_done(house: House):
    text = (Column("id", "text", "id"), house.dataset.columns[1])
    other = replace(house.dataset, columns=text)
    folder = write_sql(house.cloud.world.folder, other).parent
    with pytest.raises(LoadRejected, match=" - run: "):
        migrate_warehouse(house.cloud.world.connect(), house.redshift, folder / "redshift")


def test_an_old_migration_that_was_changed_is_refused(house: House):
    file = sql_of(house) / "redshift" / "migrations" / "001_applied.sql"
    file.write_text(file.read_text() + "-- and more\n")
    with pytest.raises(Permanent, match=r"001_applied\.sql was changed"):
        again(house)


def test_a_dataset_that_wants_a_warehouse_there_is_not_is_refused_before_anything(house: House):
    other = runways()
    folder = write_sql(house.cloud.world.folder, house.dataset, other).parent
    with pytest.raises(SetupError, match=r"has targets\.redshift and this environment has no"):
        deploy(house.cloud.world.connect(), folder, None)
    known = house.cloud.world.run("select name from etl.dataset")
    assert known == [(house.dataset.name,)]


def test_without_a_warehouse_postgresql_alone_is_brought_up(house: House, tmp_path: Path):
    folder = write_sql(tmp_path / "only", dataset("alone")).parent
    answer = deploy(house.cloud.world.connect(), folder, None)
    assert (answer["datasets"], answer["warehouse"]) == (["alone"], None)


def test_a_redshift_that_sleeps_is_said_so(house: House):
    connection, folder = house.cloud.world.connect(), sql_of(house) / "redshift"
    sentence = r"is not there now: .*paused.* - deploy again when Redshift is there"
    with paused(house.place), pytest.raises(Unavailable, match=sentence):
        migrate_warehouse(connection, house.redshift, folder, patience=0.1)
