"""Finding, starting and stopping the local cloud, with processes that are not it."""

import json
import os
import socket
import subprocess
import sys

import pytest

from stagecoach.errors import SetupError
from workbench import cloud
from workbench.state import State


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "local"
    folder.mkdir()
    return State("local", folder)


def write(state: State, pid: int) -> None:
    state.cloud_file.write_text(json.dumps({"pid": pid, "endpoint": "http://127.0.0.1:9"}))


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_nothing_is_found_where_nothing_was_started(state):
    assert cloud.find(state) is None
    assert not cloud.crashed(state)


def test_a_file_left_by_a_dead_process_is_a_crash(state):
    write(state, ended_process())
    assert cloud.find(state) is None
    assert cloud.crashed(state)


def test_a_stranger_with_the_same_process_number_is_not_our_cloud(state):
    write(state, os.getpid())
    assert cloud.find(state) is None


def test_a_cloud_that_lives_but_does_not_answer_is_named_with_its_process(state):
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)", "local_cloud"]
    process = subprocess.Popen(sleeper)
    try:
        write(state, process.pid)
        with pytest.raises(SetupError, match=f"kill -9 {process.pid}"):
            cloud.find(state)
        assert cloud.stop(state)
        assert not cloud.is_local_cloud(process.pid)
    finally:
        process.kill()


def test_a_port_in_use_is_refused_before_anything_starts(state):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} is in use"):
            cloud.start(state, port)
    assert not state.cloud_log.exists()


def test_two_ups_at_once_do_not_mix(state):
    with (
        cloud.locked(state),
        pytest.raises(SetupError, match="another `stagecoach up`"),
        cloud.locked(state),
    ):
        pass


def test_erase_leaves_nothing(state):
    write(state, ended_process())
    cloud.erase(state)
    assert not state.folder.exists()


def test_erasing_takes_along_what_lives_elsewhere_and_leaves_the_cache(tmp_path):
    state = State("local", tmp_path / "home" / "local")
    databases, programs = tmp_path / "databases", tmp_path / "programs"
    for folder in (state.folder / "postgres", databases / "rds-1", programs / "bin", state.cache):
        folder.mkdir(parents=True)
    (state.folder / "postgres" / "location").write_text(f"{databases}\n")
    (state.folder / "postgres" / "binaries").write_text(f"{programs}\n")
    cloud.erase(state)
    assert not databases.exists()
    assert not programs.exists()
    assert not state.folder.exists()
    assert state.cache.exists()
