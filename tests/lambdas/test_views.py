"""Materialized views follow the loads: settle and the sweep in PostgreSQL, publish in Redshift."""

import time
from pathlib import Path

import pytest

from stagecoach.migrate import migrate
from stagecoach.migrate_warehouse import migrate_warehouse
from stagecoach.publish import publish
from stagecoach.settle import settle
from stagecoach.sweep import sweep
from stagecoach.views import refresh
from tests.lambdas.cloud import Cloud, message
from tests.lambdas.warehouse import PATIENCE, House
from tests.sql.test_views import write_views
from tests.sql.worlds import dataset, write_sql

COUNTED = """-- description: How many
-- schema: aviation
-- materialized: true
-- key: surface

select surface, count(*) as n from aviation.{table} group by surface
"""
SLOW = COUNTED.replace("count(*) as n", "max(pg_sleep(0.4)::text) as n")


def views_in(folder: Path, **texts: str) -> Path:
    """A folder with these files."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text)
    return folder


def deploy(cloud: Cloud, text: str) -> None:
    """Deploy the dataset runways and the view counted."""
    cloud.deploy(dataset())
    folder = cloud.world.folder
    into = write_sql(folder, dataset())
    write_views(folder, {"runways": dataset()}, views_in(folder / "views", counted=text))
    migrate(cloud.world.connect(), into)


def hear(cloud: Cloud) -> dict:
    """Settle hears that a job of runways ended."""
    name = f"{cloud.settings.workflow('runways')}-stage"
    told = message({"detail": {"jobName": name, "state": "SUCCEEDED"}})
    return settle(cloud.depot(), [told], patience=0)


def counted(cloud: Cloud) -> list[tuple]:
    return cloud.world.run("select n from aviation.counted")


def test_settle_refreshes_what_a_load_changed(cloud: Cloud):
    deploy(cloud, COUNTED.format(table="runways"))
    cloud.world.load([(1, "tar"), (2, "tar")])
    assert counted(cloud) == []
    assert hear(cloud) == hear(cloud) == {"batchItemFailures": []}
    assert counted(cloud) == [(2,)]
    assert cloud.mails() == []


def test_the_sweep_finds_a_view_whose_event_was_lost(cloud: Cloud):
    deploy(cloud, COUNTED.format(table="runways"))
    cloud.world.load([(1, "tar")])
    assert sweep(cloud.depot())["refreshed"] == 1
    assert sweep(cloud.depot())["refreshed"] == 0
    assert counted(cloud) == [(1,)]


def test_a_view_that_cannot_be_refreshed_is_mailed_once_and_the_load_stays(cloud: Cloud):
    deploy(cloud, COUNTED.format(table="runways").replace("count(*)", "sum(1 / (id - 5))"))
    cloud.world.load([(5, "tar")])
    hear(cloud)
    hear(cloud)
    (mail,) = cloud.mails()
    assert "aviation.counted in PostgreSQL could not be refreshed: division by zero" in mail
    assert cloud.loads()[0]["state"] == "applied"


def test_what_takes_long_is_left_to_the_sweep_which_tells_when_it_stays_so(cloud: Cloud):
    deploy(cloud, SLOW.format(table="runways"))
    cloud.world.load([(1, "tar"), (2, "tar")])
    assert refresh(cloud.depot(), 0.3) == 0
    assert cloud.world.run("select reason from etl.dataset_view") == [(None,)]
    assert refresh(cloud.depot(), 0.3, last=True) == 0
    ((reason,),) = cloud.world.run("select reason from etl.dataset_view")
    assert "statement timeout" in reason
    cloud.world.run("update etl.dataset_view set due_at = now()")
    assert refresh(cloud.depot(), 30) == 1
    cloud.world.load([(3, "tar")])
    assert refresh(cloud.depot(), 0.3) == 0  # it took longer the last time: not tried


@pytest.fixture
def counting(house: House) -> House:
    """A warehouse with a view of the dataset's table."""
    name, folder = house.dataset.name, house.cloud.world.folder
    into = write_sql(folder, house.dataset)
    text = COUNTED.format(table=name)
    write_views(folder, {name: house.dataset}, views_in(folder / "views", **{f"of_{name}": text}))
    migrate(house.cloud.world.connect(), into)
    migrate_warehouse(house.cloud.world.connect(), house.redshift, into.parent / "redshift")
    return house


def in_redshift(house: House) -> list[int]:
    found = house.redshift.ask(f"select n from aviation.of_{house.dataset.name}", PATIENCE)
    return [row["n"] for row in found]


def test_publish_refreshes_the_view_in_redshift_behind_the_load(counting: House):
    counting.load([(1, "tar"), (2, "tar")])
    counting.settle()
    give_up = time.monotonic() + PATIENCE
    while in_redshift(counting) != [2] and time.monotonic() < give_up:
        with counting.depot() as depot:  # nobody tells: the regular look finds it
            publish(depot, counting.redshift, {})
        time.sleep(0.1)
    assert in_redshift(counting) == [2]
    assert counting.going()["state"] == "applied"
