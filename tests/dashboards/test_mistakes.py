"""Each mistake around the dashboard is one sentence that says what to do."""

import os
import socket
import sys

import pytest

from stagecoach.errors import SetupError
from tests import postgres
from tests.dashboards.conftest import uri_of
from tests.environment import ROOT
from workbench.app import run
from workbench.dashboard import install, place, sources, superset
from workbench.dashboard.sources import PORTS, Source

VIEW = "retail.weekly_sales_details"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch, tmp_path):
    """A home without an environment, in a shell that knows none."""
    monkeypatch.setenv("STAGECOACH_HOME", str(tmp_path))
    for name in sources.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)


def refused(*words, capsys):
    """The one line on stderr of `stagecoach dashboard`."""
    assert run(["dashboard", *words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def why(server, table=VIEW, source=Source.redshift, env="local", uri=None):
    """Why a table cannot be read."""
    with pytest.raises(SetupError) as refusal:
        sources.check(env, source, uri or uri_of(server), table)
    return str(refusal.value)


def test_where_nothing_is_up_the_demo_is_named(capsys):
    said = refused("--env", "local", capsys=capsys)
    assert "no local cloud is up" in said
    assert "run `make demo SYSTEM=sales`" in said


def test_another_environment_must_say_where_its_databases_are(capsys):
    said = refused("--env", "prod", capsys=capsys)
    assert "STAGECOACH_REDSHIFT_URI" in said


def test_an_environment_without_a_warehouse_offers_the_other_database(monkeypatch, capsys, server):
    monkeypatch.setenv("STAGECOACH_DATABASE_URI", uri_of(server))
    assert "`--source postgres`" in refused("--env", "prod", capsys=capsys)


def test_nothing_is_exported_that_was_never_made(capsys):
    assert "run `make dashboard` first" in refused("--export", "--env", "prod", capsys=capsys)


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} is in use .* --port {port + 1}"):
            superset.check_port(port)


def test_a_table_that_is_there_is_right(server):
    sources.check("local", Source.redshift, uri_of(server), VIEW)


@pytest.mark.parametrize("table", ["retail.nothing", "nowhere.nothing"])
def test_a_table_that_is_not_there_names_the_demo(server, table):
    said = why(server, table)
    assert said == f"{table} is not there in Redshift - {sources.DEMO}"


def test_elsewhere_the_address_is_named_instead_of_the_demo(server):
    assert why(server, "a.b", env="prod").endswith("look into STAGECOACH_REDSHIFT_URI")


def test_an_empty_table_is_said_to_be_empty(server):
    server.sql("create table if not exists retail.empty (a integer)")
    assert "has no rows in PostgreSQL yet" in why(server, "retail.empty", Source.postgres)


def test_a_table_that_may_not_be_read_is_said_so(server):
    server.sql("drop role if exists stranger")
    server.sql(f"create role stranger login password '{postgres.PASSWORD}'")
    assert "may not be read in Redshift" in why(server, uri=uri_of(server, "stranger"))


def test_nobody_at_the_address_is_said_so(server):
    uri = f"postgresql://a:b@127.0.0.1:{postgres.free_port()}/x"
    said = why(server, uri=uri)
    assert "Redshift did not answer at 127.0.0.1:" in said
    assert "a:b" not in said


def test_a_password_with_every_sign_is_understood(server):
    server.sql("drop role if exists signs")
    server.sql("create role signs login superuser password 'p@ss:w/rd%?#'")
    uri = f"postgresql://signs:p%40ss%3Aw%2Frd%25%3F%23@127.0.0.1:{server.port}/postgres"
    sources.connect(uri, PORTS[Source.postgres]).close()


def test_without_pypi_one_sentence_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{postgres.free_port()}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    log = tmp_path / "log"
    pip = (sys.executable, "-m", "pip", "install", "--no-deps", "--target", tmp_path)
    with pytest.raises(SetupError, match="PyPI did not answer") as refusal:
        install.run((*pip, "apache-superset==6.1.0"), log)
    assert str(log) in str(refusal.value)


def test_what_failed_half_way_is_not_taken_for_installed(tmp_path):
    (tmp_path / install.STAMP).write_text("another lock")
    assert not install.is_installed(tmp_path)


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "password"
    assert place.keep(path, "one") == ("one", True)
    assert place.keep(path, "two") == ("one", False)
    assert path.stat().st_mode & 0o077 == 0


def test_superset_gets_none_of_the_shells_settings(monkeypatch, tmp_path):
    for name in ("SUPERSET_SECRET_KEY", "FLASK_APP", "PYTHONPATH", "PGPASSWORD", "AWS_PROFILE"):
        monkeypatch.setenv(name, "another's")
    assert "another's" not in place.Place(tmp_path).variables().values()
    assert place.Place(tmp_path).variables()["PATH"] == os.environ["PATH"]


def test_every_package_is_pinned_by_a_hash():
    lock = install.LOCK.read_text().splitlines()
    packages = [line for line in lock if line and line[0] not in " #"]
    assert all(line.endswith(" \\") and "==" in line for line in packages)
    wanted = (ROOT / "workbench/dashboard/requirements.in").read_text().splitlines()
    pinned = {line.partition("==")[0] for line in packages}
    assert {line.partition("==")[0] for line in wanted if line and line[0] != "#"} <= pinned


def test_no_package_host_is_named():
    assert "http" not in install.LOCK.read_text()
