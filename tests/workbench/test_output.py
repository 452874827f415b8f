"""What people see of a load."""

from rich.console import Console

from workbench.commands.load import drift_lines
from workbench.output import equation, line, print_table, seconds_of
from workbench.tables import loads_table
from workbench.timing import steps_of

LOAD = {
    "load_id": "7f3a91c2-0000-0000-0000-000000000000",
    "dataset": "nyc_flights",
    "state": "applied",
    "reason": None,
    "received_at": "2026-11-20T10:00:00+00:00",
    "ended_at": "2026-11-20T10:00:41.2+00:00",
    "counts": {
        "read": 336_777, "header": 1, "good": 336_773, "rejected": 3, "inserted": 336_773,
        "updated": 0, "deleted": 0, "unchanged": 0, "stale": 0, "deduplicated": 0,
    },
}  # fmt: skip


def test_an_applied_load_is_one_line_of_counts():
    assert line(LOAD) == (
        "nyc_flights  load 7f3a91c2  read 336,777 lines  rejected 3  inserted 336,773"
        "  updated 0  deleted 0  unchanged 0  41 s"
    )


def test_a_rejected_load_is_its_reason():
    refused = {**LOAD, "state": "rejected", "reason": "the file is empty"}
    assert line(refused) == "nyc_flights  load 7f3a91c2  rejected: the file is empty"


def test_stale_and_deduplicated_rows_are_told_only_when_there_are_some():
    counts = {**LOAD["counts"], "stale": 2}
    assert "stale 2" in line({**LOAD, "counts": counts})
    assert "stale" not in line(LOAD)


def test_the_equation_is_shown_with_its_numbers():
    assert equation(LOAD)[0] == "336,777 read = 1 header + 336,773 good + 3 rejected"


def test_an_equation_that_does_not_hold_is_shown_as_such():
    counts = {**LOAD["counts"], "rejected": 2}
    assert "≠" in equation({**LOAD, "counts": counts})[0]


def test_a_load_under_way_has_no_equation_and_no_duration():
    young = {**LOAD, "state": "running", "counts": {}, "ended_at": None}
    assert equation(young) == []
    assert seconds_of(young) == 0


def test_the_table_has_a_row_per_load():
    console = Console(width=160)
    with console.capture() as capture:
        console.print(loads_table([LOAD, LOAD]))
    assert capture.get().count("7f3a91c2") == 2


STEPS = [
    {"step": "transform", "seconds": 20.0},
    {"step": "transform: start", "seconds": 3.0},
    {"step": "read and judge", "seconds": 14.0},
    {"step": "stage", "seconds": 15.0},
    {"step": "stage: start", "seconds": 4.0},
    {"step": "stage rows", "seconds": 7.0},
    {"step": "merge", "seconds": 1.0},
]


def test_the_time_of_a_load_is_shared_out_without_remainder():
    shares = steps_of({**LOAD, "steps": STEPS})
    assert shares["start of JVM and Spark"] == 7.0
    assert shares["rest of the jobs"] == 6.0
    assert shares["merge"] == 1.0
    assert round(sum(shares.values()), 1) == 41.2


def test_a_job_that_needs_no_spark_adds_no_start():
    steps = [step for step in STEPS if step["step"] != "stage: start"]
    assert steps_of({**LOAD, "steps": steps})["start of JVM and Spark"] == 3.0


def test_a_load_without_any_start_has_no_line_for_it():
    assert "start of JVM and Spark" not in steps_of({**LOAD, "steps": [STEPS[0], STEPS[2]]})


def test_what_a_job_does_after_its_load_has_ended_is_not_time_of_the_load():
    load = {
        "received_at": "2026-01-01T00:00:00+00:00",
        "ended_at": "2026-01-01T00:00:30+00:00",
        "steps": [
            {"step": "stage", "seconds": 12.0, "detail": {"started": "2026-01-01T00:00:20+00:00"}},
            {"step": "stage: start", "seconds": 2.0},
            {"step": "stage rows", "seconds": 5.0},
        ],
    }
    shares = steps_of(load)
    assert shares["rest of the jobs"] == 3.0
    assert shares["events, functions, waiting"] == 20.0


def test_a_table_of_loads_is_not_cut_where_there_is_no_terminal(capsys):
    print_table(loads_table([LOAD]))
    assert "336,773" in capsys.readouterr().out


def test_drift_is_told_column_by_column():
    told = [{"column": "lights", "change": "added", "detail": "the file brings it as Lights"}]
    assert drift_lines({**LOAD, "drift": told}) == [
        "column lights added: the file brings it as Lights"
    ]
    assert drift_lines(LOAD) == []
