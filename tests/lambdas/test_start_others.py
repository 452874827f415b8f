"""What goes wrong with one load or mart keeps no other from starting, nor rows from being read."""

import pytest

from stagecoach.arrive import arrive
from stagecoach.errors import Unavailable
from stagecoach.marts import build_due
from stagecoach.settle import refuse, settle
from tests.lambdas.cloud import Cloud, message
from tests.lambdas.glue import work
from tests.sql.test_marts import mart
from tests.sql.worlds import dataset


@pytest.fixture
def broken(cloud: Cloud) -> Cloud:
    """Two marts are due, and the first one's workflow is not there."""
    cloud.deploy(dataset(), mart("a_daily", "runways"), mart("b_daily", "runways"))
    cloud.glue.delete_workflow(Name=cloud.settings.workflow("a_daily"))
    cloud.world.load([(1, "grass")])
    return cloud


def states(cloud: Cloud) -> dict[str, str]:
    return {load["dataset"]: load["state"] for load in cloud.loads()[::-1]}


def test_a_mart_that_does_not_start_keeps_no_other_from_starting(broken: Cloud):
    with pytest.raises(Unavailable, match="a_daily would not start"):
        build_due(broken.depot())
    assert states(broken)["b_daily"] == "running"


def test_a_mart_that_does_not_start_keeps_no_load_from_starting(broken: Cloud):
    broken.world.own.begin_mart("a_daily", "clean", is_asked=False)
    arrive(broken.depot(), [broken.put("runways/a.csv"), broken.put("runways/b.csv")])
    broken.world.ledger().refuse(broken.loads()[1]["load_id"], "as if it had ended")
    work(broken.runs()[0], "COMPLETED", transform="FAILED")
    event = message({"detail": {"jobName": f"{broken.settings.workflow('runways')}-stage"}})
    assert settle(broken.depot(), [event], patience=0) == {"batchItemFailures": []}
    assert states(broken)["runways"] == "running"


def test_files_of_an_applied_load_stay_whatever_is_said_of_it_later(cloud: Cloud):
    """Athena, marts and Redshift read them."""
    cloud.deploy(dataset())
    cloud.world.load([(1, "grass")])
    (load,) = cloud.loads()
    key = f"runways/_load_id={load['load_id']}/part-0.parquet"
    cloud.s3.put_object(Bucket=cloud.bucket("clean"), Key=key, Body=b"")
    refuse(cloud.depot(), "runways", load, "said too late", None, None)
    assert cloud.loads()[0]["state"] == "applied"
    assert cloud.s3.list_objects_v2(Bucket=cloud.bucket("clean"))["KeyCount"] == 1
