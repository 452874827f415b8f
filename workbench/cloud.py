"""The local cloud as a process: find it, start it, stop it, ask it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import psutil

from stagecoach.errors import SetupError
from workbench.fingerprint import fingerprint
from workbench.state import ROOT, State

START_SECONDS = 60
STOP_SECONDS = 90
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy


@dataclass(frozen=True)
class Cloud:
    """A local cloud that answers."""

    pid: int
    endpoint: str

    def get(self, route: str, timeout: float = 30) -> Any:
        """GET an admin route, decoded from JSON. Raises OSError when nobody answers."""
        with DIRECT.open(f"{self.endpoint}/_local/{route}", timeout=timeout) as answer:
            return json.load(answer)

    def post(self, route: str, timeout: float = 120) -> None:
        """POST to an admin route. Raises OSError when nobody answers."""
        request = urllib.request.Request(f"{self.endpoint}/_local/{route}", method="POST")  # noqa: S310
        with DIRECT.open(request, timeout=timeout) as answer:
            answer.read()

    def answers(self) -> bool:
        """Whether it is healthy."""
        try:
            self.get("health", timeout=5)
        except (OSError, HTTPException, ValueError):
            return False
        return True

    def is_outdated(self) -> bool:
        """Whether the code of local_cloud/ is another than the one it was started from."""
        return bool(self.get("health").get("code") != code())


def code() -> str:
    """The fingerprint of local_cloud/ as it is now."""
    return fingerprint([ROOT / "local_cloud"])


def find(state: State) -> Cloud | None:
    """The running local cloud of `state`; None when there is none.

    Raises SetupError when its process lives and does not answer.
    """
    try:
        told = json.loads(state.cloud_file.read_text())
        cloud = Cloud(int(told["pid"]), told["endpoint"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    if not is_local_cloud(cloud.pid):
        return None
    if cloud.answers():
        return cloud
    raise SetupError(
        f"the local cloud (process {cloud.pid}) is running but does not answer at {cloud.endpoint}"
        f" - end it with `kill -9 {cloud.pid}`, then run `stagecoach up`; its log is"
        f" {state.cloud_log}"
    )


def crashed(state: State) -> bool:
    """Whether the last local cloud ended without saying goodbye."""
    return state.cloud_file.exists() and find(state) is None


def required(state: State) -> Cloud:
    """The running local cloud. Raises SetupError when it is not up."""
    cloud = find(state)
    if cloud is None:
        raise SetupError("the local cloud is not up - run `stagecoach up`")
    return cloud


def start(state: State, port: int | None = None) -> Cloud:
    """Start a local cloud that outlives this process and wait until it answers.

    Raises SetupError when the port is taken or the process ends at once.
    """
    state.folder.mkdir(parents=True, exist_ok=True)
    state.cloud_file.unlink(missing_ok=True)
    chosen = _choose_port(state, port)
    arguments = ["--state", str(state.folder), "--cache", str(state.cache), "--port", str(chosen)]
    arguments += ["--code", code()]
    with state.cloud_log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "local_cloud", *arguments],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    cloud = _wait_until_ready(state, process)
    state.port.write_text(str(chosen))
    return cloud


def stop(state: State) -> bool:
    """Ask the local cloud to end and wait for it; False when there was none.

    Raises SetupError when it does not end.
    """
    try:
        cloud = find(state)
    except SetupError:
        cloud = Cloud(int(json.loads(state.cloud_file.read_text())["pid"]), "")
    if cloud is None:
        return False
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(cloud.pid)
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired as error:
            raise SetupError(
                f"the local cloud (process {cloud.pid}) did not end within {STOP_SECONDS} s"
                f" - end it with `kill -9 {cloud.pid}`"
            ) from error
    return True


def erase(state: State) -> None:
    """Forget everything: data, Terraform state, logs."""
    for note in ("location", "binaries"):  # only where PostgreSQL's user cannot reach ours
        with contextlib.suppress(FileNotFoundError):
            place = (state.folder / "postgres" / note).read_text().strip()
            shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(state.folder, ignore_errors=True)


@contextlib.contextmanager
def locked(state: State) -> Iterator[None]:
    """Only one `up` or `down` at a time. Raises SetupError when another one is at work."""
    state.lock.parent.mkdir(parents=True, exist_ok=True)
    with state.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(
                f"another `stagecoach up` or `down` of {state.env!r} is at work"
                " - wait until it has ended"
            ) from error
        yield


def is_local_cloud(pid: int) -> bool:
    """Whether `pid` is a living local cloud, not a stranger that inherited its number."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and "local_cloud" in process.cmdline()
    except psutil.Error:
        return False


def _choose_port(state: State, wanted: int | None) -> int:
    if wanted is not None:
        if not is_free(wanted):
            raise SetupError(
                f"port {wanted} is in use by another program"
                " - choose another with `--port`, or leave it out to get a free one"
            )
        return wanted
    last = state.port.read_text() if state.port.exists() else ""
    if last.isdigit() and is_free(int(last)):
        return int(last)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a program may listen on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def _wait_until_ready(state: State, process: subprocess.Popen[bytes]) -> Cloud:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(
                f"the local cloud ended at once: {_last_words(state)}"
                f" - its log is {state.cloud_log}"
            )
        if state.cloud_file.exists() and (cloud := find(state)):
            return cloud
        time.sleep(0.05)
    process.terminate()
    raise SetupError(
        f"the local cloud was not ready after {START_SECONDS} s - its log is {state.cloud_log}"
    )


def _last_words(state: State) -> str:
    lines = state.cloud_log.read_text(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
