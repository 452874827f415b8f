"""What people see of a load in its two targets: in a line, in a table, in a sentence."""

import pytest
from rich.console import Console

from workbench.commands.load import publication_lines
from workbench.output import equation, line
from workbench.tables import loads_table, targets_table
from workbench.targets import differing, is_done, is_over, standing, state_of
from workbench.timing import publishing_seconds

COUNTS = {"inserted": 15, "updated": 1, "deleted": 0, "unchanged": 0, "stale": 0, "deduplicated": 0}
APPLIED = {
    "state": "applied", "reason": None, "attempt": 1, "counts": COUNTS, "agrees": True,
    "started_at": "2026-11-20T10:00:05+00:00", "ended_at": "2026-11-20T10:00:08+00:00",
    "due_at": None, "behind": None, "statement_id": "b7a1",
}  # fmt: skip
OPEN = {**APPLIED, "counts": {}, "agrees": None, "ended_at": None}
WAITING = {**OPEN, "state": "waiting", "started_at": None, "statement_id": None, "attempt": 0}
PAUSED = {
    **WAITING, "reason": "the cluster is paused", "attempt": 2,
    "due_at": "2026-11-20T10:01:00+00:00",
}  # fmt: skip
HELD = {**WAITING, "behind": "0c5e4f2a-1", "held_by": "0c5e4f2a-1"}
RUNNING = {**OPEN, "state": "running"}
FAILED = {**OPEN, "state": "failed", "reason": "no file", "ended_at": APPLIED["ended_at"]}
DIFFERS = {**APPLIED, "counts": {**COUNTS, "inserted": 16, "updated": 0}, "agrees": False}


def load(redshift=None, **fields):
    return {
        "load_id": "7f3a91c2-0000-0000-0000-000000000000", "dataset": "nyc_airlines",
        "state": "applied", "reason": None, "holds": True,
        "received_at": "2026-11-20T10:00:00+00:00", "ended_at": "2026-11-20T10:00:05+00:00",
        "counts": {"read": 17, "header": 1, "good": 16, "rejected": 0, **COUNTS},
        "redshift": redshift, **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("redshift", "state", "over", "done"),
    [
        (None, "applied", True, True),
        (APPLIED, "applied", True, True),
        (WAITING, "applied, redshift waits", False, False),
        (PAUSED, "applied, redshift waits", False, False),
        (HELD, "applied, redshift waits", True, False),
        (RUNNING, "applied, publishing", False, False),
        (FAILED, "applied, redshift failed", True, False),
        (DIFFERS, "applied, redshift differs", True, True),
    ],
)
def test_a_load_is_over_when_nothing_more_comes_by_itself_and_done_when_all_have_it(
    redshift, state, over, done
):
    this = load(redshift)
    assert (state_of(this), is_over(this), is_done(this)) == (state, over, done)


def test_a_load_that_is_not_applied_is_what_the_ledger_says():
    this = load(None, state="rejected")
    assert (state_of(this), is_over(this), is_done(this)) == ("rejected", True, False)
    assert not is_over(load(None, state="queued"))
    assert standing(this) == ""


def test_a_ledger_that_knows_nothing_of_redshift_is_understood():
    old = load()
    del old["redshift"]
    assert state_of(old) == "applied"
    assert is_done(old)


@pytest.mark.parametrize(
    ("redshift", "said"),
    [
        (None, "unchanged 0  5 s"),
        (APPLIED, "5 s  redshift agrees  8 s"),
        (WAITING, "5 s  redshift waits"),
        (FAILED, "5 s  redshift failed: no file"),
        (DIFFERS, "5 s  redshift differs: inserted 16, updated 0  8 s"),
    ],
)
def test_the_line_of_a_load_ends_with_what_became_of_it_in_redshift(redshift, said):
    assert line(load(redshift)).endswith(said)


@pytest.mark.parametrize(
    ("redshift", "said"),
    [
        (APPLIED, "Redshift has it, and agrees"),
        (RUNNING, "publishing to Redshift, attempt 1"),
        (WAITING, "waits for its turn in Redshift"),
        (PAUSED, "paused - tried again by itself at 10:01:00 UTC"),
        (HELD, "waits behind load 0c5e4f2a, whose publication failed"),
        (FAILED, "no file - mend the cause, then `stagecoach publish 7f3a91c2`"),
        (DIFFERS, "differs in inserted, updated - see docs/runbook.md"),
    ],
)
def test_where_redshift_stands_is_one_sentence_that_says_what_to_do(redshift, said):
    assert said in standing(load(redshift))


def test_both_targets_are_counted_side_by_side():
    console = Console(width=80)
    with console.capture() as capture:
        console.print(targets_table(load(DIFFERS)))
    assert [row.split() for row in capture.get().splitlines()][:3] == [
        ["rows", "postgres", "redshift"],
        ["inserted", "15", "16"],
        ["updated", "1", "0"],
    ]
    assert differing(load(DIFFERS)) == ["inserted", "updated"]


def test_the_equation_of_redshift_is_shown_with_its_own_numbers():
    short_of_one = {**APPLIED, "counts": {**COUNTS, "inserted": 14}}
    assert equation(load(APPLIED))[2].startswith("16 good = 15 inserted + 1 updated")
    assert "16 good ≠ 14 inserted" in equation(load(short_of_one))[2]
    assert len(equation(load(RUNNING))) == 2


def test_the_statement_and_the_attempt_are_told():
    assert publication_lines(load(APPLIED)) == [
        "redshift applied  attempt 1  ended 2026-11-20T10:00:08+00:00",
        "         statement b7a1",
    ]
    assert publication_lines(load()) == []
    assert publishing_seconds(load(APPLIED)) == 3.0
    assert publishing_seconds(load(RUNNING)) is None


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("redshift", [APPLIED, FAILED])
def test_a_table_of_loads_fits_the_terminal_and_says_what_is_left_out(width, redshift):
    big = dict.fromkeys(("read", "good", "rejected", *COUNTS), 336776)
    console = Console(width=width)
    with console.capture() as capture:
        console.print(loads_table([load(redshift, counts=big)], width))
    heading, row, *rest = capture.get().splitlines()
    assert len(heading.rstrip()) <= width
    assert {"7f3a91c2", "nyc_airlines", "336,776"} <= set(row.split())
    assert "…" not in heading + row
    assert ("no room for" in " ".join(rest)) == (
        "deduplicated" not in heading.replace("dedup.", "deduplicated")
    )


def test_a_table_that_goes_into_a_file_has_every_column():
    console = Console(width=160)
    with console.capture() as capture:
        console.print(loads_table([load(FAILED)]))
    assert "dedup." in capture.get()
    assert "no room" not in capture.get()
