"""A whole table gets to Redshift through the command line, whatever brought its rows there."""

import os
import signal
from contextlib import contextmanager

import pytest

from tests.end_to_end.test_redshift import airlines, in_postgres, in_redshift, renamed, write
from tests.environment import eventually

__all__ = ["airlines", "write"]
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def grown(environment, airlines):
    """The airlines in PostgreSQL, and one more that never came as a file."""
    environment.sql("insert into nyc.airlines values ('ZZ', 'By hand') on conflict do nothing")
    return in_postgres(environment)


def job_of(environment) -> int | None:
    """The process of the job that migrates, while it runs."""
    runs = environment.cloud.get("runs")
    return next(
        (one["pid"] for one in runs if one["job"].endswith("-migrate-table")
         and one["state"] == "RUNNING" and one["pid"]), None,
    )  # fmt: skip


@contextmanager
def away(environment):
    """While Redshift takes no row, for a reason that no patience mends."""
    table = "alter table nyc.airlines"
    environment.sql(f"{table} add constraint away check (false) not valid", "redshift")
    try:
        yield
    finally:
        environment.sql(f"{table} drop constraint away", "redshift")


def test_rows_that_never_came_as_files_get_there_and_loads_go_on(environment, grown, write):
    words = ("migrate-table", "nyc_airlines", "--from", "postgres", "--to", "redshift")
    told = environment.json(*words)
    assert told["verified"]
    assert told["rows"] == told["redshift_rows"] == len(grown)
    assert in_redshift(environment) == grown

    [load] = environment.json("send", "nyc_airlines", write("new.csv", renamed(grown, "Line")))
    assert load["redshift"]["agrees"] is True
    assert in_redshift(environment) == in_postgres(environment) == renamed(grown, "Line")


def test_a_redshift_that_was_lost_is_filled_again(environment, grown):
    for table in ("nyc.airlines", "etl.applied"):
        environment.sql(f"delete from {table}", "redshift")
    assert environment.json("migrate-table", "nyc_airlines")["verified"]
    assert in_redshift(environment) == in_postgres(environment)


def test_a_job_that_is_killed_is_said_and_tried_again(environment, grown):
    assert environment.json("migrate-table", "nyc_airlines", "--no-wait")["state"] == "running"
    os.kill(eventually(lambda: job_of(environment)), signal.SIGKILL)
    result = environment.run("migrate-table", "nyc_airlines", "--look")
    assert result.returncode == 1
    assert "run it again" in result.stderr
    assert environment.json("migrate-table", "nyc_airlines")["verified"]


def test_a_copy_that_failed_goes_on_from_what_was_read(environment, grown):
    with away(environment):
        failed = environment.json("migrate-table", "nyc_airlines", code=1)
    assert failed["state"] == "failed"
    assert failed["read_at"] is not None
    again = environment.json("migrate-table", "nyc_airlines")
    assert (again["migration_id"], again["attempt"]) == (failed["migration_id"], 2)
    assert again["verified"]


def test_nothing_of_a_migration_is_left_in_s3(environment, grown):
    environment.json("migrate-table", "nyc_airlines")
    pinned = environment.exports["STAGECOACH_PINNED"]
    told = environment.client("s3").list_objects_v2(Bucket=pinned, Prefix="migrations/")
    assert told["KeyCount"] == 0
