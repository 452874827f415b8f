"""The Data API as functions use it: what is asked, what comes back, and what went wrong."""

import uuid
from dataclasses import replace

import boto3
import pytest

from stagecoach.errors import Permanent, SetupError, Unavailable
from stagecoach.settings import Warehouse
from stagecoach.warehouse import Redshift
from tests.lambdas.conftest import forget_clients, speak_to
from tests.local_cloud.running_cloud import RunningCloud


@pytest.fixture
def redshift(
    running_cloud: RunningCloud, place: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> Redshift:
    speak_to(running_cloud.endpoint, monkeypatch)
    return Redshift(place)


def begin(redshift: Redshift, *statements: str, token: str | None = None) -> str:
    return redshift.submit(statements, name="a test", token=token or uuid.uuid4().hex)


def test_rows_come_back_by_name_with_their_types(redshift: Redshift):
    question = "select :n::integer as n, null::varchar as nothing, true as yes, :s as text"
    assert redshift.ask(question, 60, n=7, s="it's") == [
        {"n": 7, "nothing": None, "yes": True, "text": "it's"}
    ]


def test_a_batch_is_one_transaction(redshift: Redshift):
    name = f"t{uuid.uuid4().hex[:8]}"
    begun = begin(redshift, f"create table {name} (a integer);", "select 1 / 0;")
    with pytest.raises(Permanent, match=r"(?i)divide by zero"):
        redshift.wait(begun, 60)
    with pytest.raises(Unavailable, match="does not exist"):  # a deployment may be at work
        redshift.ask(f"select * from {name}", 60)


def test_the_same_token_is_the_same_statement(redshift: Redshift):
    token = uuid.uuid4().hex
    first, again = (begin(redshift, "select 1;", "select 2;", token=token) for _ in range(2))
    assert first == again
    assert redshift.rows(redshift.wait(first, 60).last) == [{"?column?": 2}]


def test_a_statement_that_takes_too_long_is_left_alone(redshift: Redshift):
    name = f"t{uuid.uuid4().hex[:8]}"
    redshift.run([f"create table {name} (a integer);"], name="a test", patience=60)
    with pytest.raises(Unavailable, match=r"did not answer within -1 seconds: .* is \w+"):
        redshift.wait(begin(redshift, f"lock {name};", "select 1;"), -1)


def test_nobody_knows_a_statement_of_old(redshift: Redshift):
    assert redshift.describe(str(uuid.uuid4())) is None


def test_a_cluster_that_is_not_there_may_come_back(redshift: Redshift):
    away = Redshift(replace(redshift.place, cluster="nobody"))
    with pytest.raises(Unavailable, match="the warehouse nobody is not there now"):
        away.ask("select 1", 60)


def test_what_somebody_must_change_is_said(redshift: Redshift):
    wrong = Redshift(replace(redshift.place, secret="arn:aws:secretsmanager:us-east-1:1:secret:no"))
    with pytest.raises(Permanent, match="the warehouse shared refused"):
        begin(wrong, "select 1;", "select 2;")


def test_a_data_api_that_does_not_answer_may_do_so_later(
    redshift: Redshift, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    forget_clients()
    with pytest.raises(Unavailable, match="the Redshift Data API did not answer"):
        redshift.ask("select 1", 60)
    forget_clients()


def test_a_statement_that_was_cancelled_may_be_tried_again(redshift: Redshift):
    name = f"t{uuid.uuid4().hex[:8]}"
    redshift.run([f"create table {name} (a integer);"], name="a test", patience=60)
    slow = f"insert into {name} select count(*) from generate_series(1, 300000000);"
    begun = begin(redshift, f"lock {name};", slow)
    boto3.client("redshift-data").cancel_statement(Id=begun)
    with pytest.raises(Unavailable, match="cancel"):
        redshift.wait(begun, 60)


def test_an_environment_without_a_warehouse_has_none(monkeypatch: pytest.MonkeyPatch):
    for name in ("DATABASE", "SECRET", "ROLE", "CLUSTER", "WORKGROUP"):
        monkeypatch.delenv(f"STAGECOACH_WAREHOUSE_{name}", raising=False)
    with pytest.raises(SetupError, match="STAGECOACH_WAREHOUSE_DATABASE is not set"):
        Redshift.read()
