"""The second target: what PostgreSQL has gets to Redshift, in order, whatever stands in the way."""

import csv
import json
import subprocess
from contextlib import contextmanager

import pytest

from tests.environment import eventually

CLUSTER = "stagecoach-local"
LIVE = "select carrier, name from nyc.airlines"
MERGED = ("inserted", "updated", "deleted", "unchanged", "stale", "deduplicated")
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def airlines(environment, nyc):
    """The airlines are in both targets; their rows."""
    with nyc["nyc_airlines"].open() as file:
        rows = sorted((row["carrier"], row["name"]) for row in csv.DictReader(file))
    if in_redshift(environment) != rows or in_postgres(environment) != rows:
        [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
        assert load["redshift"]["state"] == "applied", load
    return rows


@pytest.fixture
def write(tmp_path):
    """A function that writes airlines into a file."""

    def file(name, rows):
        path = tmp_path / name
        path.write_text("carrier,name\n" + "".join(f"{code},{text}\n" for code, text in rows))
        return path

    return file


def in_postgres(environment) -> list[tuple]:
    return sorted(map(tuple, environment.sql(LIVE)))


def in_redshift(environment) -> list[tuple]:
    return sorted(map(tuple, environment.sql(LIVE, "redshift")))


def renamed(rows, word: str) -> list[tuple]:
    return [(code, f"{word} {code}") for code, _ in rows]


def load_of(environment, sent: dict) -> dict | None:
    question = {name: sent[name] for name in ("bucket", "key", "version_id")}
    return environment.invoke("ledger", {"ask": "delivery", **question})["ok"]


def applied_here(environment, file) -> dict:
    """Send a file and wait until PostgreSQL has it; its load."""
    [sent] = environment.json("send", "nyc_airlines", file, "--no-wait")

    def applied():
        load = load_of(environment, sent)
        return load if load and load["state"] == "applied" else None

    return eventually(applied)


def published(environment, load: dict) -> dict:
    """Wait until Redshift has a load, and answer it."""

    def there():
        found = environment.invoke("ledger", {"ask": "load", "load_id": load["load_id"]})["ok"]
        return found if found["redshift"]["state"] == "applied" else None

    return eventually(there)


@contextmanager
def paused(environment):
    """While the cluster is paused."""
    redshift = environment.client("redshift")
    redshift.pause_cluster(ClusterIdentifier=CLUSTER)
    try:
        yield
    finally:
        redshift.resume_cluster(ClusterIdentifier=CLUSTER)
        redshift.get_waiter("cluster_available").wait(
            ClusterIdentifier=CLUSTER, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )


def test_what_is_sent_is_in_both_targets_with_the_same_counts(environment, airlines, write):
    rows = [*airlines[1:], ("ZZ", "New Airline")]
    [load] = environment.json("send", "nyc_airlines", write("changed.csv", rows))
    assert load["redshift"]["agrees"] is True
    assert {name: load["counts"][name] for name in MERGED} == load["redshift"]["counts"]
    assert load["redshift"]["counts"]["inserted"] == load["redshift"]["counts"]["deleted"] == 1
    assert in_redshift(environment) == in_postgres(environment) == sorted(rows)


def test_psql_opens_redshift_with_what_env_exports(environment, airlines):
    result = subprocess.run(
        ["psql", environment.exports["STAGECOACH_REDSHIFT_URI"], "-Atc", LIVE + " order by 1"],
        env=environment.variables,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "".join(f"{code}|{name}\n" for code, name in airlines)


def test_while_redshift_is_paused_loads_wait_in_sight_and_then_land_in_order(
    environment, airlines, write
):
    with paused(environment):
        first = applied_here(environment, write("first.csv", renamed(airlines, "First")))
        second = applied_here(environment, write("second.csv", renamed(airlines, "Second")))
        eventually(lambda: "paused" in environment.run("load", first["load_id"]).stdout)
        assert environment.run("loads").stdout.count("applied, redshift waits") == 2
        behind = f"behind load {first['load_id'][:8]}"
        assert behind in environment.run("load", second["load_id"]).stdout
        assert in_postgres(environment) == renamed(airlines, "Second")
    environment.run("publish", first["load_id"])  # now, unless it has gone by itself meanwhile
    first, second = published(environment, first), published(environment, second)
    assert first["redshift"]["ended_at"] < second["redshift"]["started_at"]
    assert in_redshift(environment) == renamed(airlines, "Second")


def test_a_publication_that_cannot_succeed_says_why_and_heals_when_asked(
    environment, airlines, write
):
    with paused(environment):
        load = applied_here(environment, write("lost.csv", renamed(airlines, "Lost")))
        lost = remove_clean(environment, load)
    failed = environment.json("publish", load["load_id"], code=1)
    assert failed["redshift"]["state"] == "failed"
    assert "part-" in failed["redshift"]["reason"]
    eventually(lambda: mails_about(environment, load))
    [behind] = environment.json("send", "nyc_airlines", write("back.csv", airlines), code=1)
    assert behind["redshift"]["held_by"] == load["load_id"]

    bring_back(environment, lost)
    healed = environment.json("publish", load["load_id"])
    assert healed["redshift"]["agrees"] is True
    published(environment, behind)
    assert in_redshift(environment) == in_postgres(environment) == airlines


def test_a_load_that_redshift_has_is_not_published_again(environment, airlines):
    load = environment.loads("nyc_airlines", 1)[0]
    said = environment.run("publish", load["load_id"])
    assert said.returncode == 1
    assert "is in Redshift since" in said.stderr


def remove_clean(environment, load: dict) -> list[tuple]:
    """Hide the clean files of a load; what `bring_back` needs."""
    s3, bucket = environment.client("s3"), environment.exports["STAGECOACH_CLEAN"]
    prefix = f"{load['dataset']}/_load_id={load['load_id']}/"
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    return [(bucket, key, s3.delete_object(Bucket=bucket, Key=key)["VersionId"]) for key in keys]


def bring_back(environment, lost: list[tuple]) -> None:
    for bucket, key, marker in lost:
        environment.client("s3").delete_object(Bucket=bucket, Key=key, VersionId=marker)


def mails_about(environment, load: dict) -> list:
    mails = environment.cloud.get("mailbox")
    return [mail for mail in mails if load["load_id"][:8] in json.dumps(mail)]
