"""From a file in the landing zone to rows in a table, and everything that is refused on the way."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.environment import eventually

FINAL = ("applied", "rejected", "failed", "superseded", "duplicate")
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def airlines(environment, nyc):
    """The airlines are loaded; the rows that the live table must have."""
    [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
    assert load["state"] == "applied", load["reason"]
    with nyc["nyc_airlines"].open() as file:
        return sorted((row["carrier"], row["name"]) for row in csv.DictReader(file))


def table(environment) -> list[tuple]:
    return sorted(map(tuple, environment.sql("select carrier, name from nyc.airlines")))


def test_a_file_becomes_a_table_with_the_same_rows(environment, airlines):
    assert table(environment) == airlines


def test_the_same_file_again_changes_nothing(environment, airlines, nyc):
    [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
    changed = {name: load["counts"][name] for name in ("inserted", "updated", "deleted")}
    assert changed == {"inserted": 0, "updated": 0, "deleted": 0}
    assert load["counts"]["unchanged"] == len(airlines)
    assert load["holds"]


def test_twenty_identical_events_at_once_start_one_load(environment, airlines, nyc):
    s3, sqs, glue = map(environment.client, ("s3", "sqs", "glue"))
    before = len(glue.get_workflow_runs(Name="stagecoach-local-nyc_airlines")["Runs"])
    bucket, key = environment.exports["STAGECOACH_LANDING"], "nyc_airlines/twenty.csv"
    put = s3.put_object(Bucket=bucket, Key=key, Body=nyc["nyc_airlines"].read_bytes())
    event = _event(bucket, key, put["VersionId"], put["ETag"].strip('"'))
    queue = sqs.get_queue_url(QueueName="stagecoach-local-arrive")["QueueUrl"]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: sqs.send_message(QueueUrl=queue, MessageBody=event), range(20)))

    def loads_of_the_file():
        found = environment.json("loads", "--dataset", "nyc_airlines", "--limit", "50")
        return [load for load in found if load["key"] == key]

    eventually(lambda: _receipts(loads_of_the_file()) >= 20, 120)
    [load] = eventually(lambda: [one for one in loads_of_the_file() if one["state"] in FINAL], 120)
    assert load["state"] == "applied"
    assert len(loads_of_the_file()) == 1
    assert len(glue.get_workflow_runs(Name="stagecoach-local-nyc_airlines")["Runs"]) == before + 1


def test_of_two_versions_sent_quickly_the_later_one_wins(environment, airlines, tmp_path):
    file = tmp_path / "quick.csv"
    for name in ("Earlier Lines", "Later Lines"):
        rows = [(carrier, name if carrier == "AA" else old) for carrier, old in airlines]
        file.write_text("carrier,name\n" + "".join(f"{code},{text}\n" for code, text in rows))
        environment.json("send", "nyc_airlines", file, "--no-wait")

    def both_ended():
        latest = environment.json("loads", "--dataset", "nyc_airlines", "--limit", "2")
        return latest if all(load["state"] in FINAL for load in latest) else None

    later, earlier = eventually(both_ended, 180)
    assert later["state"] == "applied"
    assert earlier["state"] in ("applied", "superseded")
    assert ("AA", "Later Lines") in table(environment)


def test_a_refused_file_leaves_the_table_and_mails_one_alert(environment, airlines, tmp_path):
    file = tmp_path / "no_name.csv"
    file.write_text("carrier\nAA\n")
    result = environment.run("send", "nyc_airlines", file)
    assert result.returncode == 1
    assert "rejected: " in result.stdout
    assert table(environment) == airlines
    load = environment.json("loads", "--limit", "1")[0]
    mails = eventually(lambda: _mails_about(environment, load), 60)
    assert len(mails) == 1


def test_a_file_with_nothing_but_a_header_does_not_empty_the_table(environment, airlines, tmp_path):
    file = tmp_path / "header_only.csv"
    file.write_text("carrier,name\n")
    [load] = environment.json("send", "nyc_airlines", file, code=1)
    assert load["state"] == "rejected"
    assert table(environment) == airlines


def test_a_refused_row_is_kept_with_line_rule_and_text(environment, airlines, tmp_path):
    file = tmp_path / "bad_row.csv"
    file.write_text("carrier,name\nAA,American\n??,Nobody\n")
    [load] = environment.json("send", "nyc_airlines", file, code=1)
    [reject] = environment.json("rejects", load["load_id"])
    assert reject["line"] == 3
    assert reject["rule"] == "carrier is two capital letters or digits"
    assert reject["raw"] == "??,Nobody"


def test_a_replay_applies_the_same_delivery_again(environment, airlines, nyc):
    [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
    again = environment.json("replay", load["load_id"])
    assert again["load_id"] != load["load_id"]
    assert again["version_id"] == load["version_id"]
    assert again["counts"]["unchanged"] == len(airlines)


def test_a_load_is_found_by_the_first_characters_of_its_id(environment, airlines):
    load = environment.json("loads", "--dataset", "nyc_airlines", "--limit", "1")[0]
    assert environment.json("load", load["load_id"][:8])["load_id"] == load["load_id"]


def _receipts(loads: list[dict]) -> int:
    return sum(load["receipts"] for load in loads)


def _mails_about(environment, load: dict) -> list:
    from workbench.cloud import Cloud

    cloud = Cloud(environment.cloud_pid, environment.exports["AWS_ENDPOINT_URL"])
    return [mail for mail in cloud.get("mailbox") if load["load_id"][:8] in json.dumps(mail)]


def _event(bucket: str, key: str, version: str, etag: str) -> str:
    """What EventBridge sends for one object version; every copy is the same to the byte."""
    thing = {"key": key, "size": 1, "etag": etag, "version-id": version, "sequencer": "00AA"}
    detail = {"version": "0", "bucket": {"name": bucket}, "object": thing, "reason": "PutObject"}
    return json.dumps(
        {
            "version": "0",
            "id": "7b1f5b0e-0000-4000-8000-000000000020",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "123456789012",
            "time": "2026-11-20T10:00:00Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": detail,
        }
    )
