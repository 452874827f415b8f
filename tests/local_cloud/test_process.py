"""The process: starting, joining, ending, and what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.making import until
from tests.local_cloud.running_cloud import PATIENCE, ROOT, RunningCloud


def run(state: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local_cloud", "--state", str(state), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def test_cloud_json_says_where_it_is(cloud: RunningCloud) -> None:
    assert cloud.facts["pid"] == cloud.process.pid
    assert cloud.facts["endpoint"] == f"http://127.0.0.1:{cloud.facts['port']}"
    assert Path(cloud.facts["ca"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert cloud.admin("/_local/health")["state"] == "ready"


def test_every_line_of_the_log_is_json_whatever_libraries_print(cloud: RunningCloud) -> None:
    with suppress(ClientError):
        cloud.client("pricing").describe_services()  # moto prints that it has no such service
    lines = [json.loads(line) for line in cloud.log().splitlines()]
    assert any(line["message"].startswith("ready at") for line in lines)


def test_an_unknown_admin_route_lists_the_known_ones(cloud: RunningCloud) -> None:
    assert "GET /_local/health" in cloud.admin("/_local/nothing")["routes"]


def test_sigterm_ends_it_well_and_the_next_start_has_the_same_port(start: Any, state: Path) -> None:
    running = start()
    assert running.stop() == 0
    assert not (state / "cloud.json").exists()
    assert (state / "snapshot").exists()
    assert start().endpoint == running.endpoint  # queue URLs in Terraform's state hold it


def test_a_second_start_names_the_first(start: Any, state: Path) -> None:
    first = start()
    second = run(state)
    assert second.returncode == 3
    assert f"pid {first.process.pid}, {first.endpoint}" in second.stderr
    assert second.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run(state, "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 2
    assert "Address already in use" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = run(tmp_path / "file" / "state")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1


def postgres_of(running: RunningCloud) -> psutil.Process | None:
    children = psutil.Process(running.process.pid).children()
    return next((child for child in children if child.name() == "postgres"), None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_children_end_with_it(start: Any, number: signal.Signals) -> None:
    running = start()
    running.client("rds").create_db_instance(
        DBInstanceIdentifier="one",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        MasterUsername="boss",
        MasterUserPassword="long enough",
    )
    server = until(lambda: postgres_of(running))
    running.stop(number)
    psutil.wait_procs([server], timeout=PATIENCE)
    assert not server.is_running()


def test_what_a_crash_left_is_no_obstacle_and_its_children_are_ended(
    start: Any, state: Path
) -> None:
    start().stop()
    orphan, stranger = (
        subprocess.Popen(["sleep", "600"], start_new_session=True) for _ in range(2)
    )
    (state / "children" / str(orphan.pid)).write_text(
        repr(psutil.Process(orphan.pid).create_time())
    )
    (state / "children" / str(stranger.pid)).write_text("1000000.0")  # its number was another's
    (state / "cloud.json").write_text('{"pid": 1, "endpoint": "http://127.0.0.1:1"}')
    assert start().admin("/_local/health")["state"] == "ready"
    assert orphan.wait(PATIENCE) == -signal.SIGTERM
    assert stranger.poll() is None
    os.killpg(stranger.pid, signal.SIGKILL)
    stranger.wait()
