"""From a file in the landing zone to rows in a table, and everything that is refused on the way."""

import csv
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.environment import FINAL, eventually

ARRIVALS = "stagecoach-local-arrive-object"
pytestmark = pytest.mark.timeout(1200)

# what is refused before Spark starts, and how its sentence begins
REFUSED = {
    "page.csv": (b"<!DOCTYPE html><html><body>Sign in</body></html>", ".*HTML"),
    "parquet.csv": (b"PAR1" + bytes(64) + b"PAR1", ".*Parquet"),
    "empty.csv": (b"", ".*empty"),
    "no_name.csv": (b"carrier\nAA\n", "the header lacks 'name'"),
    "header_only.csv": (b"carrier,name\n", ".*"),
}


@pytest.fixture
def airlines(environment, nyc):
    """The airlines are loaded; the rows that the live table must have."""
    return loaded(environment, nyc)


@pytest.fixture(scope="module")
def again(environment, nyc):
    """The airlines once more, told by twenty identical events: its loads, how many runs began."""
    loaded(environment, nyc)
    s3, sqs = map(environment.client, ("s3", "sqs"))
    before = workflow_runs(environment)
    bucket, key = environment.exports["STAGECOACH_LANDING"], "nyc_airlines/twenty.csv"
    put = s3.put_object(Bucket=bucket, Key=key, Body=nyc["nyc_airlines"].read_bytes())
    event = _event(bucket, key, put["VersionId"], put["ETag"].strip('"'))
    queue = sqs.get_queue_url(QueueName="stagecoach-local-arrive")["QueueUrl"]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: sqs.send_message(QueueUrl=queue, MessageBody=event), range(20)))

    def of_the_file():
        found = environment.loads("nyc_airlines", 50)
        return [load for load in found if load["key"] == key]

    eventually(lambda: receipts(of_the_file()) >= 20)
    eventually(lambda: all(load["state"] in FINAL for load in of_the_file()))
    return of_the_file(), workflow_runs(environment) - before


def loaded(environment, nyc) -> list[tuple]:
    with nyc["nyc_airlines"].open() as file:
        wanted = sorted((row["carrier"], row["name"]) for row in csv.DictReader(file))
    if table(environment) != wanted:
        [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
        assert load["state"] == "applied", load["reason"]
    return wanted


def table(environment) -> list[tuple]:
    return sorted(map(tuple, environment.sql("select carrier, name from nyc.airlines")))


def workflow_runs(environment) -> int:
    glue = environment.client("glue")
    return len(glue.get_workflow_runs(Name="stagecoach-local-nyc_airlines")["Runs"])


def test_a_file_becomes_a_table_with_the_same_rows(environment, airlines):
    assert table(environment) == airlines


def test_twenty_identical_events_at_once_start_one_load(again):
    [load], begun = again
    assert load["state"] == "applied"
    assert begun == 1


def test_the_same_file_again_changes_nothing(environment, airlines, again):
    [load], _ = again
    changed = {name: load["counts"][name] for name in ("inserted", "updated", "deleted")}
    assert changed == {"inserted": 0, "updated": 0, "deleted": 0}
    assert load["counts"]["unchanged"] == len(airlines)
    assert load["holds"]


def test_a_load_that_plain_rules_judge_starts_no_spark(environment, airlines):
    newest = environment.loads("nyc_airlines", 1)[0]
    steps = environment.invoke("ledger", {"ask": "load", "load_id": newest["load_id"]})["ok"][
        "steps"
    ]
    names = {step["step"] for step in steps}
    assert {"read and judge", "stage rows", "merge"} <= names
    assert not [name for name in names if name.endswith("start")]


def test_of_two_versions_sent_quickly_the_later_one_wins(environment, airlines, tmp_path):
    file = tmp_path / "quick.csv"
    earlier = [(carrier, f"Earlier {name}") for carrier, name in airlines]
    for rows in (earlier, airlines):
        file.write_text("carrier,name\n" + "".join(f"{code},{text}\n" for code, text in rows))
        environment.json("send", "nyc_airlines", file, "--no-wait")

    def both_ended():
        found = [load for load in environment.loads("nyc_airlines") if "quick" in load["key"]]
        return found if [load["state"] in FINAL for load in found] == [True, True] else None

    second, first = eventually(both_ended)
    assert second["state"] == "applied"
    assert first["state"] in ("applied", "superseded")
    assert table(environment) == airlines


def test_refused_files_leave_the_table_and_mail_one_sentence_each(environment, airlines, tmp_path):
    for name, (content, _) in REFUSED.items():
        (tmp_path / name).write_bytes(content)
    loads = environment.json("send", "nyc_airlines", *map(tmp_path.joinpath, REFUSED), code=1)
    for load, (_, said) in zip(loads, REFUSED.values(), strict=True):
        assert load["state"] == "rejected"
        assert re.match(said, load["reason"]), load["reason"]
        eventually(lambda load=load: mails_about(environment, load))
    assert [len(mails_about(environment, load)) for load in loads] == [1] * len(REFUSED)
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
    applied = [one for one in environment.loads("nyc_airlines") if one["state"] == "applied"]
    load = applied[0]
    again = environment.json("replay", load["load_id"])
    assert again["load_id"] != load["load_id"]
    assert again["version_id"] == load["version_id"]
    assert again["counts"]["unchanged"] == len(airlines)


def test_a_file_whose_event_was_lost_is_found_by_the_sweep(environment, airlines, nyc):
    events, s3 = environment.client("events"), environment.client("s3")
    bucket, key = environment.exports["STAGECOACH_LANDING"], "nyc_airlines/lost.csv"
    events.disable_rule(Name=ARRIVALS)
    try:
        put = s3.put_object(Bucket=bucket, Key=key, Body=nyc["nyc_airlines"].read_bytes())
    finally:
        events.enable_rule(Name=ARRIVALS)
    question = {"ask": "delivery", "bucket": bucket, "key": key, "version_id": put["VersionId"]}
    assert environment.invoke("ledger", question)["ok"] is None
    assert environment.invoke("sweep", {})["found"] >= 1
    load = eventually(lambda: ended(environment.invoke("ledger", question)["ok"]))
    assert load["state"] == "applied", load["reason"]


def test_a_file_for_no_dataset_starts_nothing(environment):
    before = [load["load_id"] for load in environment.loads(limit=1)]
    s3, bucket = environment.client("s3"), environment.exports["STAGECOACH_LANDING"]
    s3.put_object(Bucket=bucket, Key="nobodys/orders.csv", Body=b"a,b\n1,2\n")
    assert environment.invoke("sweep", {})["troubled"] == 0
    assert [load["load_id"] for load in environment.loads(limit=1)] == before


def test_a_load_is_found_by_the_first_characters_of_its_id(environment, airlines):
    load = environment.loads("nyc_airlines", 1)[0]
    assert environment.json("load", load["load_id"][:8])["load_id"] == load["load_id"]


def receipts(loads: list[dict]) -> int:
    return sum(load["receipts"] for load in loads)


def ended(load: dict | None) -> dict | None:
    return load if load and load["state"] in FINAL else None


def mails_about(environment, load: dict) -> list:
    mails = environment.cloud.get("mailbox")
    return [mail for mail in mails if load["load_id"][:8] in json.dumps(mail)]


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
