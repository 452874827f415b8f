"""Batches through the functions: the last member starts all of them, and nothing else does."""

import pytest

from stagecoach.arrive import arrive
from stagecoach.ask import ask
from stagecoach.sweep import sweep
from tests.lambdas.cloud import Cloud
from tests.sql.test_batches import EVENTS, MEMBERS, NIGHTLY, SALES, STORES, deploy

HEADERS = {"stores": b"id,surface\n1,a\n", "sales": b"id,surface\n1,a\n", "events": b"id\n1\n"}


@pytest.fixture
def night(cloud: Cloud) -> Cloud:
    cloud.deploy(STORES, SALES, EVENTS)
    deploy(cloud.world, NIGHTLY)
    return cloud


def put(cloud: Cloud, name: str, day: str = "20251229", body: bytes | None = None) -> dict:
    """A member lands; answers the message that tells of it."""
    return cloud.put(f"{name}/{name}_{day}.csv", HEADERS[name] if body is None else body)


def killed(_: str) -> list[str]:
    """The function is killed here."""
    raise KeyboardInterrupt


def started(cloud: Cloud) -> list[int]:
    """How many workflow runs of each member there were."""
    return [len(cloud.runs(name)) for name in MEMBERS]


def test_the_last_member_starts_all_of_them(night: Cloud):
    arrive(night.depot(), [put(night, "stores"), put(night, "events")])
    assert started(night) == [0, 0, 0]
    arrive(night.depot(), [put(night, "sales")])
    assert started(night) == [1, 1, 1]


def test_the_sweep_finds_the_member_whose_event_was_lost(night: Cloud):
    arrive(night.depot(), [put(night, "stores"), put(night, "events")])
    put(night, "sales")
    sweep(night.depot())
    assert started(night) == [1, 1, 1]


@pytest.mark.parametrize("by", ["the sweep", "the message once more"])
def test_a_function_killed_before_it_started_anything_is_made_up_for(night: Cloud, by: str):
    arrive(night.depot(), [put(night, "stores"), put(night, "events")])
    last, depot = put(night, "sales"), night.depot()
    depot.ledger.ready_members = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        arrive(depot, [last])
    assert started(night) == [0, 0, 0]
    if by == "the sweep":
        sweep(night.depot())
    else:
        arrive(night.depot(), [last])
    assert started(night) == [1, 1, 1]


def test_the_mail_after_the_deadline_names_what_lacks_and_comes_once(night: Cloud):
    sweep(night.depot(), "2025-12-29T12:00:00Z")
    bad = put(night, "sales", body=b"id,colour\n1,red\n")
    arrive(night.depot(), [put(night, "stores"), bad])
    night.mails()
    assert sweep(night.depot(), "2025-12-30T04:10:00Z")["missed"] == 1
    (mail,) = night.mails()
    assert "sales: rejected: " in mail
    assert "events: did not arrive" in mail
    assert sweep(night.depot(), "2025-12-30T04:25:00Z")["missed"] == 0
    assert night.mails() == []


def test_a_member_that_would_not_start_does_not_keep_the_others(night: Cloud):
    arrive(night.depot(), [put(night, "stores"), put(night, "events")])
    night.glue.delete_workflow(Name=night.settings.workflow("sales"))
    failures = arrive(night.depot(), [put(night, "sales")])
    assert len(failures["batchItemFailures"]) == 1
    assert [len(night.runs(name)) for name in ("stores", "events")] == [1, 1]


def test_the_command_line_is_told_how_each_member_stands(night: Cloud):
    arrive(night.depot(), [put(night, "stores")])
    (batch,) = ask(night.depot(), {"ask": "batches", "batch": "nightly"})["ok"]
    (day,) = batch["days"]
    assert [each["state"] for each in day["members"]] == ["queued", None, None]
    assert [each["dataset"] for each in day["missing"]] == ["sales", "events"]
    answer = ask(night.depot(), {"ask": "batches", "batch": "weekly"})
    assert answer["error"] == "there is no batch 'weekly' - there are: nightly"
