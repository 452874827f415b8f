"""What people see of batches: each business date, what it lacks, what a held load waits for."""

import json

import pytest
from typer.testing import CliRunner

from tests.workbench.test_follow import Ledger
from tests.workbench.test_targets import APPLIED, load
from workbench import follow as following
from workbench.app import app
from workbench.commands import batches as command
from workbench.follow import Followed, follow
from workbench.output import line

LOAD = "7f3a1c2d-0000-4000-8000-000000000000"
WAITS = "waits for inventory, product of 2024-03-09 (batch daily_sales, due 2024-03-10 04:00 UTC)"


def member(dataset: str, state: str | None = None, reason: str | None = None) -> dict:
    return {
        **{"dataset": dataset, "state": state, "load_id": LOAD if state else None},
        **{"reason": reason, "arrived_at": None, "is_there": state == "queued"},
    }


def day(**told: object) -> dict:
    return {
        **{"business_date": "2024-03-09", "state": "open", "late_minutes": 0, "alerted": False},
        **{"deadline": "2024-03-10T04:00:00+00:00", "missing": []},
        **{"members": [member("store", "queued"), member("sales")]},
        **told,
    }


def batch(*days: dict) -> dict:
    return {
        **{"name": "daily_sales", "description": "Five tables", "expected": "daily"},
        **{"members": ["store", "sales"], "deadline": {"days": 1, "time": "04:00"}},
        "days": list(days),
    }


def shown(monkeypatch: pytest.MonkeyPatch, answer: list, *words: str) -> str:
    class Account:
        def __init__(self, env: str) -> None:
            assert env == "local"

        def ask(self, **question: object) -> list:
            assert question["ask"] == "batches"
            return answer

    monkeypatch.setattr(command, "Account", Account)
    result = CliRunner().invoke(app, ["batches", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_each_member_of_a_day_and_what_lacks_is_shown(monkeypatch: pytest.MonkeyPatch):
    lacks = [{"dataset": "sales", "said": "rejected: the header lacks trans_id"}]
    text = shown(monkeypatch, [batch(day(missing=lacks, alerted=True))], "daily_sales")
    assert "expected daily, until 04:00 UTC of the next day" in text
    assert "2024-03-09     open   2024-03-10 04:00  queued 7f3a1c2d  -" in text
    assert "2024-03-09 lacks sales: rejected: the header lacks trans_id" in text
    assert "2024-03-09 is past its deadline, and somebody was told" in text


def test_late_and_skipped_days_are_said(monkeypatch: pytest.MonkeyPatch):
    late = day(state="applied", late_minutes=42)
    text = shown(monkeypatch, [batch(late, day(state="skipped", business_date="2024-03-08"))])
    assert "2024-03-09 was complete, 42 minutes late" in text
    assert "2024-03-08 was skipped: a later date was applied before it was whole" in text


def test_batches_without_days_and_no_batches_are_said(monkeypatch: pytest.MonkeyPatch):
    assert "no file has come yet" in shown(monkeypatch, [batch()])
    assert "there are no batches - batches/<name>.yaml declares one" in shown(monkeypatch, [])


def test_json_is_what_the_ledger_said(monkeypatch: pytest.MonkeyPatch):
    assert json.loads(shown(monkeypatch, [batch()], "--json")) == [batch()]


def test_a_held_load_says_in_its_line_what_it_waits_for():
    assert line({"dataset": "sales", "load_id": LOAD, "state": "queued", "waits_for": WAITS}) == (
        f"sales  load 7f3a1c2d  queued: {WAITS}"
    )


def test_whoever_follows_a_held_load_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(following, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(Ledger, "check_workflow", lambda *_: None)
    held = load(None, state="queued", waits_for=WAITS)
    follow(Ledger(held, held, held, load(APPLIED)), [Followed("sales", load=held)], timeout=5)
    assert capsys.readouterr().err.count(WAITS) == 1
