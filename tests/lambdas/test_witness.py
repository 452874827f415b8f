"""The crawler's table against the declaration, told by the end of a crawl."""

import pytest

from stagecoach.dataset import Column
from stagecoach.settle import settle
from tests.lambdas.cloud import Cloud, message
from tests.sql.worlds import dataset

COLUMNS = (
    *dataset().columns,
    *(
        Column(f"c{at}", kind, f"c{at}", nullable=True)
        for at, kind in enumerate(("integer", "numeric(9,2)", "real", "timestamptz", "uuid"))
    ),
)
FOUND = (
    *(("id", "bigint"), ("surface", "string"), ("c0", "int"), ("c1", "decimal(9,2)")),
    *(("c2", "float"), ("c3", "timestamp"), ("c4", "string")),
    *(("_row_no", "bigint"), ("_row_hash", "bigint")),
)


def crawled(cloud: Cloud, columns: tuple) -> list[dict]:
    """What the newest load's report says after a crawl that found these columns."""
    database = cloud.settings.glue_database
    described = [{"Name": name, "Type": kind} for name, kind in columns]
    cloud.glue.create_table(
        DatabaseName=database,
        TableInput={"Name": "runways", "StorageDescriptor": {"Columns": described}},
    )
    told(cloud)
    return told(cloud)


def told(cloud: Cloud) -> list[dict]:
    name = cloud.settings.workflow("runways")
    event = message({"detail": {"crawlerName": name, "state": "Succeeded"}})
    assert settle(cloud.depot(), [event], patience=0) == {"batchItemFailures": []}
    return cloud.loads()[0]["drift"]


@pytest.fixture
def applied(cloud: Cloud) -> Cloud:
    """An environment in which one load was applied."""
    cloud.deploy(dataset(columns=COLUMNS))
    cloud.world.load([(1, "a", *(None for _ in COLUMNS[2:]))])
    return cloud


def test_a_catalogue_that_agrees_says_nothing(applied: Cloud):
    assert crawled(applied, FOUND) == []


def test_a_difference_is_noted_once_with_the_newest_load(applied: Cloud):
    found = (("id", "string"), *FOUND[2:], ("lights", "string"))
    assert [(each["column"], each["detail"]) for each in crawled(applied, found)] == [
        ("id", "the crawler found string, the declaration makes it bigint"),
        ("lights", "the crawler found it as string, it is not declared"),
        ("surface", "the crawler did not find it in the clean zone"),
    ]


def test_a_table_that_is_not_there_says_nothing(applied: Cloud):
    assert told(applied) == []
