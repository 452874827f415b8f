"""The catalogue's table of a dataset says what its live table holds, however it is told."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from stagecoach import current
from stagecoach.current import tables, writing
from stagecoach.dataset import Column
from stagecoach.errors import Permanent, Unavailable
from stagecoach.settle import settle
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud, message
from tests.sql.test_mending import mend, newest
from tests.sql.worlds import dataset

ROWS = [(1, "grass"), (2, "tar")]
Found = dict[str, Any]


def table(cloud: Cloud) -> Found:
    """The table as the catalogue has it."""
    return cloud.glue.get_table(DatabaseName=cloud.settings.glue_database, Name="runways_current")[
        "Table"
    ]


def location(cloud: Cloud) -> str:
    return table(cloud)["StorageDescriptor"]["Location"]


def parts(cloud: Cloud) -> dict[str, Found]:
    """Where each partition is, by its value."""
    found = cloud.glue.get_partitions(
        DatabaseName=cloud.settings.glue_database, TableName="runways_current"
    )["Partitions"]
    return {part["Values"][0]: part["StorageDescriptor"] for part in found}


def folder(cloud: Cloud, load_id: str) -> str:
    return f"s3://{cloud.bucket('clean')}/runways/_load_id={load_id}/"


def load(cloud: Cloud, rows: list[tuple] = ROWS) -> str:
    """Apply rows; answers the load."""
    cloud.world.load(rows)
    return newest(cloud.world)


def keep(cloud: Cloud) -> bool:
    return current.keep(cloud.depot(), "runways")


def settled(cloud: Cloud) -> None:
    event = message({"detail": {"jobName": f"{cloud.settings.workflow('runways')}-stage"}})
    assert settle(cloud.depot(), [event], patience=0) == {"batchItemFailures": []}


def test_a_snapshot_is_its_last_file(cloud: Cloud):
    described = replace(dataset().columns[1], description="What\nit is\tmade of")
    cloud.deploy(dataset(columns=(dataset().columns[0], described)))
    load(cloud)
    last = load(cloud, ROWS[:1])
    settled(cloud)
    found = table(cloud)
    assert location(cloud) == folder(cloud, last)
    assert found["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "surface", "Type": "string", "Comment": "What it is made of"},
    ]
    assert (found["Description"], found["PartitionKeys"]) == ("Every runway's surface", [])


def test_the_next_file_is_one_switch_and_telling_twice_changes_nothing(cloud: Cloud):
    cloud.deploy(dataset(mode="replace"))
    load(cloud)
    assert (keep(cloud), keep(cloud)) == (True, False)
    before = table(cloud)
    after = load(cloud)
    assert (keep(cloud), location(cloud)) == (True, folder(cloud, after))
    assert table(cloud)["CreateTime"] == before["CreateTime"]


def test_an_append_has_a_partition_for_each_load_that_brought_rows(cloud: Cloud):
    cloud.deploy(dataset(mode="append"))
    loads = [load(cloud, [row]) for row in ROWS]
    assert load(cloud, ROWS) not in loads
    assert keep(cloud)
    found = parts(cloud)
    assert {value: each["Location"] for value, each in found.items()} == {
        each: folder(cloud, each) for each in loads
    }
    assert table(cloud)["PartitionKeys"][0]["Name"] == "_load_id"


def test_rows_that_the_live_table_has_not_are_told(cloud: Cloud):
    cloud.deploy(dataset(mode="append"))
    load(cloud, ROWS[:1])
    load(cloud, [*ROWS, (2, "gravel")])
    keep(cloud)
    assert table(cloud)["Parameters"]["stagecoach.extra_rows"] == "2"
    assert "(2 rows more than the live table" in table(cloud)["Description"]


def test_mended_rows_come_beside_their_file_in_one_switch(cloud: Cloud):
    cloud.deploy(dataset())
    whole = load(cloud)
    mend(cloud.world, whole, [(3, "ice")], whole=True)
    mended = newest(cloud.world)
    for each in (whole, mended):
        manifest = json.dumps({"files": [f"{folder(cloud, each)}part-0.parquet"]})
        key = f"{each}/manifest.json"
        cloud.s3.put_object(Bucket=cloud.bucket("pinned"), Key=key, Body=manifest.encode())
    assert keep(cloud)
    key = f"_current/runways/{mended}/files"
    assert location(cloud) == f"s3://{cloud.bucket('clean')}/{key.removesuffix('files')}"
    assert "Symlink" in table(cloud)["StorageDescriptor"]["InputFormat"]
    listed = cloud.s3.get_object(Bucket=cloud.bucket("clean"), Key=key)["Body"].read().decode()
    assert listed.split() == [f"{folder(cloud, each)}part-0.parquet" for each in (whole, mended)]


def test_where_later_rows_replace_earlier_ones_there_is_no_table(cloud: Cloud):
    cloud.deploy(dataset())
    load(cloud)
    assert keep(cloud)
    cloud.deploy(dataset(mode="upsert"))
    load(cloud)
    assert (keep(cloud), keep(cloud)) == (True, False)
    with pytest.raises(cloud.glue.exceptions.EntityNotFoundException):
        table(cloud)


def test_who_looked_earlier_never_writes_later(cloud: Cloud):
    """The first one has looked and not written; the second must wait, and writes what is newer."""
    cloud.deploy(dataset())
    load(cloud)
    second = threading.Thread(target=keep, args=(cloud,))
    depot = cloud.depot()
    with depot.ledger.current_parts("runways") as seen:
        last = load(cloud)
        second.start()
        second.join(0.7)
        assert second.is_alive()
        old = tables.table(depot.datasets["runways"], seen, {}, cloud.bucket("clean"))
        writing.write(cloud.settings.glue_database, old)
    second.join(20)
    assert location(cloud) == folder(cloud, last)


def test_a_table_that_was_left_half_written_is_finished(cloud: Cloud):
    cloud.deploy(dataset(mode="append"))
    last = load(cloud)
    with cloud.depot().ledger.current_parts("runways") as seen:
        wanted = tables.table(dataset(mode="append"), seen, {}, cloud.bucket("clean"))
    entry: Any = writing.entry(wanted, "")
    cloud.glue.create_table(DatabaseName=cloud.settings.glue_database, TableInput=entry)
    assert sweep(cloud.depot())["troubled"] == 0
    assert [*parts(cloud)] == [last]


def test_partitions_get_the_columns_of_the_table(cloud: Cloud):
    cloud.deploy(dataset(mode="append"))
    load(cloud)
    keep(cloud)
    lit = Column("lit", "boolean", "lit", nullable=True)
    cloud.deploy(dataset(mode="append", columns=(*dataset().columns, lit)))
    assert keep(cloud)
    (part,) = parts(cloud).values()
    assert part["Columns"] == table(cloud)["StorageDescriptor"]["Columns"]
    assert part["Columns"][-1] == {"Name": "lit", "Type": "boolean"}


def test_more_partitions_than_a_call_takes(cloud: Cloud):
    wanted = by_week({str(week): "a" for week in range(230)})
    database = cloud.settings.glue_database
    assert writing.write(database, wanted)
    assert writing.write(database, by_week({"7": "b", "300": "b"}))
    assert {value: each["Location"] for value, each in parts(cloud).items()} == {
        "7": "s3://clean/runways/b/",
        "300": "s3://clean/runways/b/",
    }


def by_week(folders: dict[str, str]) -> tables.Table:
    placed = tuple(((week,), f"s3://clean/runways/{each}/") for week, each in folders.items())
    keys = (("week", "int", ""),)
    return tables.Table(
        "runways_current", "", (("id", "bigint", ""),), "s3://clean/", keys=keys, parts=placed
    )


def test_a_table_of_somebody_else_is_left_alone_and_told(cloud: Cloud):
    cloud.deploy(dataset())
    load(cloud)
    theirs: Any = {"Name": "runways_current", "Description": "theirs"}
    cloud.glue.create_table(DatabaseName=cloud.settings.glue_database, TableInput=theirs)
    with pytest.raises(Permanent, match="not ours - rename it"):
        keep(cloud)
    with pytest.raises(Unavailable, match="of runways"):
        sweep(cloud.depot())
    settled(cloud)
    assert table(cloud)["Description"] == "theirs"
    assert cloud.loads()[0]["state"] == "applied"
