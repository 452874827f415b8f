"""The environment itself: joined, stopped, brought back, asked, and taken away."""

import subprocess

import pytest

from tests.environment import ROOT, eventually

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


@pytest.fixture(scope="module")
def airlines(environment, nyc):
    """A load of the airlines that was applied."""
    [load] = environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
    assert load["state"] == "applied", load["reason"]
    return load["load_id"]


def test_the_catalogue_follows_the_load(environment, airlines):
    glue, clean = environment.client("glue"), environment.exports["STAGECOACH_CLEAN"]
    place = {"DatabaseName": "stagecoach_local", "Name": "nyc_airlines_current"}
    wanted = f"s3://{clean}/nyc_airlines/_load_id={airlines}/"

    def follows():
        try:
            storage = glue.get_table(**place)["Table"]["StorageDescriptor"]
        except glue.exceptions.EntityNotFoundException:
            return False
        return storage["Location"] == wanted

    assert eventually(follows)


def test_a_query_finds_by_the_catalogue_what_the_live_table_holds(environment, airlines, tmp_path):
    file = tmp_path / "airlines.sql"
    text = "select count(*) as n, max(carrier) as last from nyc_airlines_current"
    file.write_text(f"-- description: How many airlines there are\n{text};\n")
    [[n, last]] = environment.sql("select count(*), max(carrier) from nyc.airlines")
    assert environment.json("query", file) == [{"n": n, "last": last}]


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
