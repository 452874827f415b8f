"""Whole tables on their way to Redshift, as the ledger keeps them and the command line asks."""

# A call answers jsonb: its shape is promised in SQL, where mypy does not look.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws
from stagecoach.dataset import Dataset
from stagecoach.depot import Depot
from stagecoach.errors import Permanent, Unavailable, UnknownDataset
from stagecoach.ledger import Ledger
from stagecoach.log import log
from stagecoach.publish import nudge
from stagecoach.runs import JOB_OVER

Migration = dict[str, Any]

# A function may have opened a migration a moment ago and be starting its job right now.
GRACE_SECONDS = 120.0
FULL = "ConcurrentRunsExceededException"


class Migrations(Ledger):
    """The ledger's calls about whole tables; each is one transaction and answers the migration.

    Raises Busy for an attempt that is over, Permanent with a sentence for what cannot be.
    """

    def open(self, dataset: str) -> Migration:
        """Open a migration, or try the one again that failed after everything was read."""
        return self._ask("select etl.open_table_migration(%s)", dataset)

    def newest(self, dataset: str) -> Migration:
        """The newest migration of a dataset."""
        return self._ask("select etl.table_migration(%s)", dataset)

    def abandon(self, dataset: str) -> Migration:
        """Give up the open migration: publications go on without it."""
        return self._ask("select etl.abandon_table_migration(%s)", dataset)

    def job_started(self, migration_id: str, attempt: int, job_run_id: str) -> Migration:
        """Note the job run of an attempt."""
        return self._ask(
            "select etl.migration_started(%s, %s, %s)", migration_id, attempt, job_run_id
        )

    def planned(self, migration_id: str, attempt: int, parts: int) -> Migration:
        """The table is about to be read in so many parts."""
        return self._ask("select etl.migration_planned(%s, %s, %s)", migration_id, attempt, parts)

    def moved(self, migration_id: str, attempt: int, rows: int) -> Migration:
        """One more part is in S3."""
        return self._ask("select etl.migration_moved(%s, %s, %s)", migration_id, attempt, rows)

    def read(self, migration_id: str, attempt: int, told: dict[str, Any]) -> Migration:
        """Everything is in S3: rows, hash_sum, loads, contained."""
        given = json.dumps(told)
        return self._ask("select etl.migration_read(%s, %s, %s)", migration_id, attempt, given)

    def asked(self, migration_id: str, attempt: int, statement_id: str) -> Migration:
        """Note the statement that brings the rows into Redshift."""
        return self._ask(
            "select etl.migration_asked(%s, %s, %s)", migration_id, attempt, statement_id
        )

    def migrated(self, migration_id: str, attempt: int, rows: int, hash_sum: int) -> Migration:
        """The table is in Redshift, which counts and hashes it so."""
        given = (migration_id, attempt, rows, str(hash_sum))
        return self._ask("select etl.migrated(%s, %s, %s, %s::numeric)", *given)

    def failed(self, migration_id: str, attempt: int, reason: str) -> Migration:
        """The attempt came to nothing; one that is over is left alone."""
        return self._ask("select etl.migration_failed(%s, %s, %s)", migration_id, attempt, reason)


def begin(depot: Depot, name: str) -> Migration:
    """Open a migration, or try it again, and start its job. Raises Permanent where it cannot be."""
    dataset = _dataset(depot, name)
    ledger = Migrations(depot.ledger.connection)
    opened = ledger.open(name)
    try:
        run_id = _start(depot, dataset, opened)
    except BotoCoreError as error:
        # It may have started: `look` finds its run, or finds that there is none.
        log("start unsure", dataset=name, migration_id=opened["migration_id"], error=str(error))
        return opened
    except ClientError as error:
        reason = _refused(depot, error)
        ledger.failed(opened["migration_id"], opened["attempt"], reason)
        raise Permanent(reason) from error
    return ledger.job_started(opened["migration_id"], opened["attempt"], run_id)


def look(depot: Depot, name: str) -> Migration:
    """The newest migration of a dataset; one whose job ended without a word has failed."""
    _dataset(depot, name)
    ledger = Migrations(depot.ledger.connection)
    found = ledger.newest(name)
    if found["state"] == "running":
        found = _reconciled(depot, ledger, found)
    if found["state"] != "running":
        nudge(depot, name)  # what waited for it goes on
    return found


def abandon(depot: Depot, name: str) -> Migration:
    """Give up the open migration of a dataset, so that its publications go on."""
    _dataset(depot, name)
    given_up = Migrations(depot.ledger.connection).abandon(name)
    nudge(depot, name)
    return given_up


def _start(depot: Depot, dataset: Dataset, opened: Migration) -> str:
    answer = aws.glue().start_job_run(
        JobName=_job(depot),
        Arguments={
            "--DATASET": dataset.name,
            "--MIGRATION": opened["migration_id"],
            "--ATTEMPT": str(opened["attempt"]),
        },
        WorkerType=dataset.size.worker_type,  # type: ignore[arg-type]
        NumberOfWorkers=dataset.size.workers,
    )
    return answer["JobRunId"]


def _refused(depot: Depot, error: ClientError) -> str:
    code = aws.error_code(error)
    if code == FULL:
        return "another table is on its way to Redshift right now - run it again when that is there"
    if code == "EntityNotFoundException":
        return f"there is no job {_job(depot)} - is the warehouse of this environment applied?"
    return f"the job {_job(depot)} would not start: {error}"


def _reconciled(depot: Depot, ledger: Migrations, found: Migration) -> Migration:
    this = (found["migration_id"], found["attempt"])
    run = _run(depot, found)
    if run is None:
        if found["seconds"] < GRACE_SECONDS:
            return found
        return ledger.failed(*this, "its job run is not to be found")
    if found["job_run_id"] is None:
        found = ledger.job_started(*this, run["Id"])
    if run["JobRunState"] not in JOB_OVER:
        return found
    said = run.get("ErrorMessage") or "it gave no reason"
    return ledger.failed(*this, f"the job ended as {run['JobRunState']}: {said}")


def _run(depot: Depot, found: Migration) -> Any | None:
    """The job run of an attempt; by its arguments where its id was never noted."""
    wanted = {"--MIGRATION": found["migration_id"], "--ATTEMPT": str(found["attempt"])}
    try:
        if found["job_run_id"]:
            answer = aws.glue().get_job_run(JobName=_job(depot), RunId=found["job_run_id"])
            return answer["JobRun"]
        newest = aws.glue().get_job_runs(JobName=_job(depot), MaxResults=25)["JobRuns"]
    except ClientError as error:
        if aws.error_code(error) == "EntityNotFoundException":
            return None
        raise Unavailable(f"Glue did not answer: {error}") from error
    return next((run for run in newest if wanted.items() <= run.get("Arguments", {}).items()), None)


def _dataset(depot: Depot, name: str) -> Dataset:
    if name not in depot.datasets:
        known = ", ".join(sorted(depot.datasets)) or "none"
        raise UnknownDataset(f"no dataset {name!r} is deployed - there are: {known}")
    return depot.datasets[name]


def _job(depot: Depot) -> str:
    return depot.settings.workflow("migrate-table")
