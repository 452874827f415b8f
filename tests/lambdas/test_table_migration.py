"""The ledger function begins a migration, starts its job once, and sees what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto.glue.models import FakeJobRun, glue_backends
from moto.moto_api import state_manager

from stagecoach.ask import ask
from stagecoach.dataset import RedshiftTarget
from stagecoach.table_migration import Migrations
from tests.lambdas.cloud import ACCOUNT, REGION, Cloud
from tests.sql.worlds import dataset

BOTH = replace(dataset(), redshift=RedshiftTarget("aviation", "runways"))


@pytest.fixture
def glued(cloud: Cloud) -> Iterator[Cloud]:
    """An environment with the job; its runs go on until a test ends them."""
    state_manager.set_transition("glue::job_run", {"progression": "manual", "times": 1000})
    cloud.deploy(BOTH, dataset("plain"))
    cloud.glue.create_job(
        Name=cloud.settings.workflow("migrate-table"),
        Role="role",
        Command={"Name": "glueetl"},
        ExecutionProperty={"MaxConcurrentRuns": 1},
    )
    yield cloud
    state_manager.unset_transition("glue::job_run")


def asked(cloud: Cloud, question: str, name: str = "runways") -> Any:
    """What the function answers; the sentence where it refuses."""
    answer = ask(cloud.depot(), {"ask": question, "dataset": name})
    return answer["ok"] if "ok" in answer else answer["error"]


def runs(cloud: Cloud) -> list[FakeJobRun]:
    """The runs of the job, as moto keeps them."""
    job = cloud.settings.workflow("migrate-table")
    return list(glue_backends[ACCOUNT][REGION].jobs[job].job_runs)


def test_it_starts_a_job_run_of_the_dataset_s_size(glued: Cloud):
    begun = asked(glued, "migrate_table")
    (run,) = runs(glued)
    assert (begun["state"], begun["job_run_id"]) == ("running", run.job_run_id)
    assert (run.worker_type, run.number_of_workers) == ("G.1X", 2)
    assert run.arguments == {
        "--DATASET": "runways",
        "--MIGRATION": begun["migration_id"],
        "--ATTEMPT": "1",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("runway", "no dataset 'runway' is deployed - there are: plain, runways"),
        ("plain", "dataset plain has no target in Redshift"),
        ("runways", "a migration of runways runs already - see how far it is"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_starts_nothing(glued: Cloud, name: str, said: str):
    asked(glued, "migrate_table")
    assert said in asked(glued, "migrate_table", name)
    assert len(runs(glued)) == 1


def test_a_second_table_is_told_to_wait(glued: Cloud):
    glued.glue.start_job_run(JobName=glued.settings.workflow("migrate-table"))
    assert "another table is on its way" in asked(glued, "migrate_table")
    assert asked(glued, "table_migration")["state"] == "failed"
    for run in runs(glued):
        run.status = "SUCCEEDED"
    assert asked(glued, "migrate_table")["state"] == "running"


def test_an_environment_without_the_job_says_so(cloud: Cloud):
    cloud.deploy(BOTH)
    assert "is the warehouse of this environment applied?" in asked(cloud, "migrate_table")


def test_a_run_that_ended_without_a_word_has_failed(glued: Cloud):
    asked(glued, "migrate_table")
    assert asked(glued, "table_migration")["state"] == "running"
    runs(glued)[0].status = "FAILED"
    found = asked(glued, "table_migration")
    assert (found["state"], found["phase"]) == ("failed", None)
    assert found["reason"] == "the job ended as FAILED: it gave no reason"


def test_a_run_whose_start_was_never_noted_is_found_by_its_arguments(glued: Cloud):
    asked(glued, "migrate_table")
    glued.world.run("update etl.table_migration set job_run_id = null")
    assert asked(glued, "table_migration")["job_run_id"] == runs(glued)[0].job_run_id


def test_a_migration_whose_run_never_was_has_failed_after_a_while(glued: Cloud):
    Migrations(glued.world.connect()).open("runways")
    assert asked(glued, "table_migration")["state"] == "running"
    glued.world.run("update etl.table_migration set started_at = now() - interval '1 hour'")
    assert asked(glued, "table_migration")["reason"] == "its job run is not to be found"


def test_what_is_given_up_holds_nothing(glued: Cloud):
    assert "no migration of runways is open" in asked(glued, "abandon_migration")
    asked(glued, "migrate_table")
    assert asked(glued, "abandon_migration")["state"] == "abandoned"
    assert "no migration of plain was ever begun" in asked(glued, "table_migration", "plain")
