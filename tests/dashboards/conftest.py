"""A dashboard that is up over a small seeded PostgreSQL, and what a browser saw of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests import postgres
from tests.environment import PATIENCE, ROOT
from workbench.dashboard.install import PYTHON, is_installed
from workbench.dashboard.sources import VARIABLES

SEED = Path(__file__).with_name("seed.sql")
READY = "ctrl-C stops it"


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """PostgreSQL with the view that the charts read."""
    found = postgres.start()
    found.sql(SEED.read_text())
    yield found
    found.stop()


def uri_of(server: postgres.Server, user: str | None = None) -> str:
    """The address of the database, as libpq takes it."""
    password = quote(postgres.PASSWORD)
    return f"postgresql://{user or server.user}:{password}@127.0.0.1:{server.port}/postgres"


@dataclass
class Dashboard:
    """`stagecoach dashboard` of an environment of its own; both databases are `uri`."""

    home: Path
    uri: str
    port: int

    @property
    def variables(self) -> dict[str, str]:
        """The environment of the command."""
        addresses = dict.fromkeys(VARIABLES.values(), self.uri)
        theirs = {name: value for name, value in os.environ.items() if "STAGECOACH" not in name}
        ours = {"STAGECOACH_HOME": str(self.home), "STAGECOACH_ENV": "test"}
        return {**theirs, **addresses, **ours}

    @property
    def command(self) -> list[str]:
        """What a person types."""
        return [sys.executable, "-m", "workbench.app", "dashboard", "--port", str(self.port)]

    def export(self, folder: Path) -> subprocess.CompletedProcess[str]:
        """What `--export` does, into another folder; it prints the list of what it wrote."""
        script = (
            "import sys, pathlib; from workbench.dashboard.export import export;"
            "print(export('test', pathlib.Path(sys.argv[1])))"
        )
        return self.run(sys.executable, "-c", script, str(folder))

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command, or another, to its end."""
        return subprocess.run(
            words or self.command, cwd=ROOT, env=self.variables, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip

    @contextmanager
    def up(self, *words: str) -> Iterator[list[str]]:
        """Serve it until ctrl-C; what it said when it was ready."""
        process = subprocess.Popen(
            [*self.command, *words], cwd=ROOT, env=self.variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        said: list[str] = []
        for line in process.stdout:
            said.append(line.rstrip())
            if READY in line:
                break
        try:
            assert process.poll() is None, said
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=PATIENCE)
            said += rest.splitlines()
        assert process.returncode == 0, said

    @property
    def folder(self) -> Path:
        """What it keeps."""
        return self.home / "test" / "dashboard"


@pytest.fixture(scope="session")
def dashboard(server, tmp_path_factory) -> Dashboard:
    """A dashboard that was never started; skips aloud where no browser test can run."""
    if lacking := missing():
        lack = pytest.fail if os.environ.get("STAGECOACH_DASHBOARD_TEST") else pytest.skip
        lack(lacking)
    return Dashboard(tmp_path_factory.mktemp("home"), uri_of(server), postgres.free_port())


def missing() -> str | None:
    """What a browser test lacks here, and what to run."""
    if not is_installed():
        return "Superset is not installed: run `make dashboard-test` (about a minute, 0.9 GB)"
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        return "no browser: install chromium and chromium-driver, then run `make dashboard-test`"
    return None


def watch(dashboard: Dashboard) -> dict[str, Any]:
    """What the browser saw."""
    request = {
        "base": f"http://127.0.0.1:{dashboard.port}",
        "page": "/superset/dashboard/weekly-sales/",
        "user": "admin",
        "password": (dashboard.folder / "password").read_text().strip(),
        "chromium": shutil.which("chromium"),
        "chromedriver": shutil.which("chromedriver"),
    }
    done = subprocess.run(
        [str(PYTHON), str(Path(__file__).with_name("browser.py"))],
        input=json.dumps(request), capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
