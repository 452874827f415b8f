"""The processes of Superset, in its own Python: noise goes to the log, secrets through stdin."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import IO

from stagecoach.errors import SetupError
from workbench.cloud import DIRECT, is_free
from workbench.dashboard.install import PYTHON
from workbench.dashboard.place import INSIDE, Place

HOST = "127.0.0.1"
START_SECONDS = 180  # a limit costs time only where something is broken
STOP_SECONDS = 20
WORKER = ("--workers=1", "--worker-class=gthread", "--threads=8", "--timeout=120")


def run(place: Place, script: str, request: dict[str, object]) -> str:
    """Run a script of inside/ and answer what it prints. Raises SetupError with its last line."""
    with place.log.open("ab") as log:
        done = subprocess.run(  # noqa: S603 - our own words
            [str(PYTHON), str(INSIDE / script)],
            cwd=place.folder, env=place.variables(), input=json.dumps(request).encode(),
            stdout=subprocess.PIPE, stderr=log, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise SetupError(f"Superset refused: {last_words(place)} - its log is {place.log}")
    return done.stdout.decode()


@contextmanager
def locked(place: Place, url: str) -> Iterator[IO[str]]:
    """One Superset at a time for an environment. Raises SetupError when there is one.

    The server inherits the lock, so that it holds even where whoever started it was killed.
    """
    with place.lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SetupError(
                f"the dashboard is running already, at {place.lock.read_text().strip()}"
                " - stop it with ctrl-C where it was started"
            ) from None
        file.truncate(0)
        file.write(url + "\n")
        file.flush()
        yield file


def check_port(port: int) -> None:
    """Raises SetupError when another program has the port."""
    if not is_free(port):
        raise SetupError(
            f"port {port} is in use by another program - choose another, as in"
            f" `stagecoach dashboard --port {port + 1}`"
        )


def start(place: Place, port: int, lock: IO[str]) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers. Raises SetupError when it does not."""
    words = ("-m", "gunicorn", *WORKER, f"--bind={HOST}:{port}", "superset.app:create_app()")
    with place.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [str(PYTHON), *words],
            cwd=place.folder, env=place.variables(), stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, pass_fds=(lock.fileno(),), start_new_session=True,
        )  # fmt: skip
    try:
        _wait(place, process, f"http://{HOST}:{port}/health")
    except BaseException:
        stop(process)
        raise
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its worker, without waiting for the pages that are open."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_words(place: Place) -> str:
    """The last line of the log that says something."""
    lines = place.log.read_text(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def _wait(place: Place, process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(f"Superset ended: {last_words(place)} - its log is {place.log}")
        if _answers(url):
            return
        time.sleep(0.2)
    raise SetupError(f"Superset did not answer in {START_SECONDS} s - its log is {place.log}")


def _answers(url: str) -> bool:
    try:
        with DIRECT.open(urllib.request.Request(url), timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
