"""`stagecoach migrate-table` says how far a table is, what was verified, and what to do next."""

from typing import Any

import pytest
from typer.testing import CliRunner

from stagecoach.errors import Permanent, Unavailable
from workbench import migrations
from workbench.app import app
from workbench.migrations import follow, line, progress, whats_next

RUNNING = {
    "dataset": "flights", "migration_id": "3f2a91c2-0000", "state": "running", "phase": "reading",
    "parts": 40, "parts_done": 12, "rows_done": 1234567, "rows": None, "verified": False,
    "reason": None, "read_at": None, "seconds": 41.7, "loads": None, "hash_sum": None,
}  # fmt: skip
COPYING = {**RUNNING, "phase": "copying", "rows": 4000000, "read_at": "2026-01-01"}
APPLIED = {
    **COPYING, "state": "applied", "phase": None, "verified": True, "loads": 7, "hash_sum": "-12",
}  # fmt: skip
FAILED = {**COPYING, "state": "failed", "phase": None, "reason": "COPY refused part-3"}


class Account:
    """A ledger that answers one thing after the other; an error is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    def ask(self, **question: str) -> Any:
        """The next answer."""
        assert question == {"ask": "table_migration", "dataset": "flights"}
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "POLL_SECONDS", 0)


def test_a_line_says_parts_and_rows_or_what_was_verified_or_why_not():
    assert progress(RUNNING) == "12 of 40 parts, 1,234,567 rows"
    assert progress({**RUNNING, "parts": None}) == ""
    assert progress(COPYING) == "4,000,000 rows"
    assert line(APPLIED) == (
        "flights  migration 3f2a91c2  applied  4,000,000 rows in both, hash sum -12 in both  "
        "7 loads  42 s"
    )
    assert line(FAILED) == "flights  migration 3f2a91c2  failed: COPY refused part-3"


def test_it_says_what_a_failure_left_and_what_to_do():
    assert "go on from there" in whats_next(FAILED)
    assert "--abandon" in whats_next(FAILED)
    assert "begin anew" in whats_next({**FAILED, "read_at": None})
    assert "begin a new one" in whats_next({**FAILED, "state": "abandoned"})


def test_it_is_followed_to_its_end_over_a_ledger_that_blinks(capsys: pytest.CaptureFixture[str]):
    account = Account(Unavailable("away"), RUNNING, COPYING, APPLIED)
    assert follow(account, {**RUNNING, "phase": "starting"}) == APPLIED  # type: ignore[arg-type]
    assert "flights  reading  12 of 40 parts, 1,234,567 rows" in capsys.readouterr().err


def test_patience_ends_and_says_how_to_look_again():
    with pytest.raises(Unavailable, match="stagecoach migrate-table flights --look"):
        follow(Account(*[RUNNING] * 9), RUNNING, timeout=0)  # type: ignore[arg-type]


def test_a_refusal_is_not_asked_again():
    with pytest.raises(Permanent, match="no migration"):
        follow(Account(Permanent("no migration")), RUNNING)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "redshift"], "there is one way: --from postgres --to redshift"),
        (["--to", "oracle"], "found --from postgres --to oracle"),
        (["--look", "--abandon"], "wanted one of them"),
    ],
)
def test_any_other_way_is_one_sentence(words: list[str], said: str):
    result = CliRunner().invoke(app, ["migrate-table", "nyc_flights", *words])
    assert result.exit_code != 0
    assert said in str(result.exception)


def test_an_unknown_dataset_is_one_sentence():
    result = CliRunner().invoke(app, ["migrate-table", "nyc_flight"])
    assert "did you mean 'nyc_flights'?" in str(result.exception)
