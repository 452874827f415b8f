"""The environment itself: joined, stopped, brought back, and taken away."""

import subprocess

import pytest

from tests.environment import ROOT

pytestmark = pytest.mark.timeout(1200)


def test_a_second_up_joins_at_once(environment):
    assert "was running, nothing to apply" in environment.up()


def test_what_env_exports_is_enough_for_psql_to_verify_the_server(environment):
    result = subprocess.run(
        ["psql", "-Atc", "select count(*) from etl.load"],
        env={**environment.variables, **environment.exports},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) >= 0


def test_down_and_up_again_keeps_everything(environment):
    before = environment.json("loads")
    assert environment.run("down").returncode == 0
    assert "started, nothing to apply" in environment.up()
    assert environment.json("loads") == before


@pytest.mark.last
def test_a_second_plan_is_empty(environment):
    result = _terraform(environment, "plan")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No changes" in result.stdout


@pytest.mark.last
def test_destroy_leaves_nothing(environment):
    result = _terraform(environment, "destroy")
    assert result.returncode == 0, result.stdout + result.stderr
    assert environment.client("glue").list_jobs()["JobNames"] == []


def _terraform(environment, verb: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", verb], cwd=ROOT, env=environment.variables, capture_output=True, text=True
    )
