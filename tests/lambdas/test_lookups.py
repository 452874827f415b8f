"""What waits for a look-up starts when it was loaded, with the rows that it is to read."""

import json
from dataclasses import replace

from stagecoach.arrive import arrive
from stagecoach.dataset import Lookup
from stagecoach.settle import settle
from tests.lambdas.cloud import Cloud, message
from tests.lambdas.glue import work
from tests.sql.worlds import dataset

ZONES = dataset("zones")
KIND = replace(ZONES.columns[1], name="kind", source=None, lookup=Lookup("zones", "id", "surface"))
TRIPS = replace(dataset("trips", "append"), columns=(*ZONES.columns, KIND))


def told(cloud: Cloud) -> None:
    """Settle hears that the job which loads zones ended."""
    name = f"{cloud.settings.workflow('zones')}-stage"
    event = message({"detail": {"jobName": name, "state": "SUCCEEDED"}})
    settle(cloud.depot(), [event], patience=0)


def test_a_load_starts_by_itself_when_what_it_looks_up_was_loaded(cloud: Cloud):
    cloud.deploy(ZONES, TRIPS)
    arrive(cloud.depot(), [cloud.put("trips/a.csv")])
    assert cloud.runs("trips") == []
    assert "never loaded" in cloud.loads()[0]["waits_for"]

    arrive(cloud.depot(), [cloud.put("zones/a.csv")])
    zones = cloud.loads()[0]["load_id"]
    manifest = cloud.world.stage(zones, 1, [(1, "grass")])
    cloud.world.own.apply_load(zones, manifest)
    work(cloud.runs("zones")[0], "COMPLETED", transform="SUCCEEDED", stage="SUCCEEDED")
    told(cloud)
    told(cloud)
    [run] = cloud.runs("trips")
    assert json.loads(run.properties["lookups"]) == {"zones": [zones]}
