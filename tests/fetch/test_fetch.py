"""What becomes of a file that nobody sends, whatever its server does."""

import hashlib
import json
import time
from datetime import date

import boto3
import pytest

from stagecoach.errors import FetchFailed
from stagecoach.fetch.bring import bring, file_name
from stagecoach.fetch.download import Web
from stagecoach.fetch.turn import take_turn
from stagecoach.settings import Settings
from tests.fetch.conftest import runways
from tests.fetch.misbehaving import (
    Misbehaving,
    cut,
    dropped,
    plain,
    redirect,
    slow,
    status,
    whole,
)  # fmt: skip

FILE = b"id,surface\n1,grass\n2,asphalt\n3,water\n"
NEXT = b"id,surface\n1,grass\n2,gravel\n3,water\n"
WAITED: list[float] = []


def web(**limits: object) -> Web:
    WAITED.clear()
    return Web(sleep=WAITED.append, **limits)


def versions(settings: Settings, key: str = "runways/runways.csv") -> list[bytes]:
    """What was landed under a key, the oldest first."""
    s3 = boto3.client("s3")
    found = s3.list_object_versions(Bucket=settings.landing, Prefix=key).get("Versions", [])
    return [
        s3.get_object(Bucket=settings.landing, Key=key, VersionId=each["VersionId"])["Body"].read()
        for each in found[::-1]
    ]


def fetched(settings: Settings, dataset, **how: object) -> dict:
    return bring(settings, dataset, web=web(), **how)


def test_a_file_is_landed_with_what_is_known_of_it(settings: Settings, site: Misbehaving):
    dataset = runways(site.at("/runways.csv", whole(FILE)))
    answer = fetched(settings, dataset)
    assert (answer["outcome"], answer["bytes"]) == ("landed", len(FILE))
    assert answer["sha256"] == hashlib.sha256(FILE).hexdigest()
    assert versions(settings) == [FILE]


def test_a_file_that_did_not_change_is_not_sent_again(settings: Settings, site: Misbehaving):
    dataset = runways(site.at("/runways.csv", whole(FILE)))
    assert [fetched(settings, dataset)["outcome"] for _ in "123"] == [
        "landed", "unchanged", "unchanged",
    ]  # fmt: skip
    assert "If-None-Match" in site.asked[-1][1]
    assert versions(settings) == [FILE]


def test_a_server_that_knows_no_etag_is_not_believed_to_have_a_new_file(
    settings: Settings, site: Misbehaving
):
    dataset = runways(site.at("/runways.csv", plain(FILE)))
    assert [fetched(settings, dataset)["outcome"] for _ in "12"] == ["landed", "unchanged"]


def test_a_changed_file_is_another_version(settings: Settings, site: Misbehaving):
    dataset = runways(site.at("/runways.csv", whole(FILE), whole(NEXT)))
    assert [fetched(settings, dataset)["outcome"] for _ in "12"] == ["landed", "landed"]
    assert versions(settings) == [FILE, NEXT]


@pytest.mark.parametrize("trouble", [status(500), status(503), status(429), dropped, cut(NEXT, 9)])
def test_what_passes_by_is_waited_out(settings: Settings, site: Misbehaving, trouble):
    dataset = runways(site.at("/runways.csv", trouble, trouble, whole(NEXT)))
    assert fetched(settings, dataset)["attempts"] == 3
    assert versions(settings) == [NEXT]
    assert WAITED == [1.0, 2.0]


def test_a_server_that_says_how_long_is_believed(settings: Settings, site: Misbehaving):
    dataset = runways(site.at("/runways.csv", status(503, Retry_After="7"), whole(FILE)))
    assert fetched(settings, dataset)["outcome"] == "landed"
    assert WAITED == [7.0]


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (status(500), "not to be had in 4 tries: it answered 500"),
        (dropped, "not to be had in 4 tries"),
        (cut(NEXT, len(NEXT) // 2), "broke off after 18 bytes"),
        (status(403), "answered 403"),
        (status(404), "is not there"),
        (plain(b""), "the file is empty"),
        (plain(b"<!doctype html><title>Sorry</title>" + b" " * 40), "an HTML page that says"),
        (plain(b"id,colour\n1,red\n2,green\n3,yellow\n"), "the header lacks 'surface'"),
        (plain(b"id,surface\n"), "wanted at least 18"),
    ],
)
def test_a_bad_file_never_takes_the_place_of_a_good_one(
    settings: Settings, site: Misbehaving, act, said
):
    dataset = runways(site.at("/runways.csv", whole(FILE), act))
    fetched(settings, dataset)
    with pytest.raises(FetchFailed, match=said):
        fetched(settings, dataset)
    assert versions(settings) == [FILE]


def test_a_small_file_is_taken_when_a_person_says_so(settings: Settings, site: Misbehaving):
    short = b"id,surface\n1,ice\n"
    dataset = runways(site.at("/runways.csv", whole(FILE), whole(short)), at_least=0.9)
    fetched(settings, dataset)
    with pytest.raises(FetchFailed, match="--force"):
        fetched(settings, dataset)
    assert fetched(settings, dataset, force=True)["outcome"] == "landed"


def test_a_server_that_never_ends_is_left(settings: Settings, site: Misbehaving):
    dataset = runways(site.at("/runways.csv", slow(FILE, 0.2)))
    begun = time.monotonic()
    with pytest.raises(FetchFailed, match=r"after 0 s it had sent"):
        bring(settings, dataset, web=web(seconds=0.3))
    assert time.monotonic() - begun < 4
    assert versions(settings) == []


def test_a_redirect_is_followed_but_not_for_ever(settings: Settings, site: Misbehaving):
    target = site.at("/elsewhere.csv", whole(FILE))
    assert fetched(settings, runways(site.at("/runways.csv", redirect(target))))["bytes"]
    round_and_round = site.at("/round.csv", redirect("/round.csv"))
    with pytest.raises(FetchFailed, match="leads on more than 5 times"):
        fetched(settings, runways(round_and_round))


@pytest.mark.parametrize("digest", ["sha256", "md5"])
def test_a_checksum_is_held_to(settings: Settings, site: Misbehaving, digest: str):
    said = hashlib.new(digest, FILE).hexdigest()
    site.at("/runways.csv.sum", plain(f"{said}  runways.csv\n".encode()))
    url = site.at("/runways.csv", plain(FILE), plain(NEXT))
    dataset = runways(url, checksum="{url}.sum")
    assert fetched(settings, dataset)["outcome"] == "landed"
    with pytest.raises(FetchFailed, match="has the checksum"):
        fetched(settings, dataset)
    assert versions(settings) == [FILE]


def test_a_day_has_its_own_address_and_its_own_key(settings: Settings, site: Misbehaving):
    site.at("/2023/runways-02.csv", whole(FILE))
    dataset = runways(site.address + "/{year}/runways-{month}.csv")
    assert fetched(settings, dataset, day=date(2023, 2, 14))["key"] == "runways/runways-02.csv"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.org/a/runways.csv?token=1", "runways.csv"),
        ("https://x.org/export?id=7", "runways.csv"),
        ("https://x.org/", "runways.csv"),
        ("https://x.org/a%20b/r%C3%BCn.csv.gz", "r_n.csv.gz"),
        ("https://x.org/..", "runways.csv"),
    ],
)
def test_a_key_ends_as_the_address_does(url: str, name: str):
    assert file_name(url, runways(url)) == name


def deployed(settings: Settings, dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3.client("s3").put_object(
        Bucket=settings.artefacts, Key="datasets/runways.json", Body=dataset.to_json()
    )
    for name, value in vars(settings).items():
        monkeypatch.setenv(f"STAGECOACH_{name.upper()}", str(value))


def test_a_turn_that_failed_is_mailed(settings: Settings, site: Misbehaving, monkeypatch):
    mail = boto3.client("sqs").create_queue(QueueName=settings.env)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:123456789012:{settings.env}"
    boto3.client("sns").subscribe(TopicArn=settings.topic, Protocol="sqs", Endpoint=arn)
    deployed(settings, runways(site.at("/runways.csv", status(403))), monkeypatch)
    answer = take_turn({"dataset": "runways"})
    assert answer["outcome"] == "failed"
    said = json.loads(boto3.client("sqs").receive_message(QueueUrl=mail)["Messages"][0]["Body"])
    assert "answered 403" in said["Message"]
    assert "stagecoach fetch runways" in said["Message"]


def test_a_turn_for_a_day_brings_the_file_of_that_day(
    settings: Settings, site: Misbehaving, monkeypatch
):
    site.at("/runways-2023-01.csv", whole(FILE))
    deployed(settings, runways(site.address + "/runways-{year}-{month}.csv"), monkeypatch)
    assert take_turn({"dataset": "runways", "date": "2023-01"})["outcome"] == "landed"
    assert "is not there" in take_turn({"dataset": "runways", "date": "2023-02"})["reason"]


def test_a_dataset_that_is_unknown_or_sent_is_a_sentence(settings: Settings, monkeypatch):
    deployed(settings, runways("https://x.org/a.csv"), monkeypatch)
    assert "no dataset is called 'railways'" in take_turn({"dataset": "railways"})["reason"]
    assert "wanted a day" in take_turn({"dataset": "runways", "date": "May"})["reason"]
