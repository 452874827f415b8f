"""One job run as a process: script and libraries from S3, logs to CloudWatch, an end state."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.s3.models import s3_backends

from local_cloud import children, clock, cloudwatch, context, s3
from local_cloud.glue import class_archive, jobs, processes, spark_conf
from local_cloud.glue.jobs import JobRun

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

log = logging.getLogger(__name__)

POLL_SECONDS = 0.1
GRACE_SECONDS = 2.0
_EXCEPTION = re.compile(r"[\w.]+(Error|Exception)\b|[A-Z][A-Za-z]+: ")  # or what sys.exit said
OUTPUT, ERROR = "/aws-glue/jobs/output", "/aws-glue/jobs/error"


class Stopped(Exception):
    """The run was asked to end."""


def run(backend: LocalGlueBackend, job: Any, this: JobRun) -> None:
    """Run to the end and note it. Never raises: whatever goes wrong is the run's error."""
    folder = context.current().work / "jobs" / this.job_run_id
    state, error = "FAILED", None
    try:
        with _slot(this):
            state, error = _run_in(folder, backend, job, this)
    except Stopped:
        state = this.stop_as or "STOPPED"
    except Exception as crash:
        log.exception("the run %s of %s could not be run", this.job_run_id, job.name)
        error = f"{type(crash).__name__}: {crash}"
    if processes.is_stopping():
        return
    jobs.end(backend, this, state, error)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _slot(this: JobRun) -> Iterator[None]:
    """Wait, shown as WAITING, until few enough runs run. Raises Stopped."""
    while not processes.SLOTS.acquire(timeout=POLL_SECONDS):
        if this.stop_as or processes.is_stopping():
            raise Stopped
        this.status = "WAITING"
    try:
        yield
    finally:
        processes.SLOTS.release()


def _run_in(
    folder: Path, backend: LocalGlueBackend, job: Any, this: JobRun
) -> tuple[str, str | None]:
    """The run's final state and error message. Raises Stopped."""
    if this.stop_as or processes.is_stopping():
        raise Stopped
    folder.mkdir(parents=True)
    place = (backend.account_id, backend.region_name)
    for group in (OUTPUT, ERROR):
        cloudwatch.open_stream(*place, group, this.job_run_id)
    try:
        command = _command(folder, backend, job, this)
        environment = _environment(folder, backend, this)
    except (FileNotFoundError, spark_conf.NoJava) as missing:
        return "FAILED", str(missing)
    this.began, this.started_on = time.time(), utcnow()  # it may have waited for its slot
    this.status = "RUNNING"
    jobs.announce(backend, this)
    try:
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            process = children.spawn(command, cwd=folder, env=environment, stdout=out, stderr=err)
        processes.running[this.job_run_id] = process
        _watch(folder, place, this, process)
    finally:
        processes.running.pop(this.job_run_id, None)
    if not processes.is_stopping():
        s3.sync_all()
    return _outcome(folder, this, process.returncode)


def _watch(folder: Path, place: tuple[str, str], this: JobRun, process: Any) -> None:
    """Stream what the process prints until it ends; end it when asked or late."""
    deadline = clock.now() + dt.timedelta(minutes=float(this.timeout))
    tails = [(Tail(folder / "stdout"), OUTPUT), (Tail(folder / "stderr"), ERROR)]
    ended = False
    while not ended:
        try:
            process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        else:
            children.end(process, 0)  # what it started must not outlive it
            ended = True
        for tail, group in tails:
            cloudwatch.write(*place, group, this.job_run_id, tail.lines(to_the_end=ended))
        if not ended and clock.now() > deadline and this.stop_as is None:
            this.stop_as = "TIMEOUT"
        if not ended and this.stop_as:
            children.end(process, GRACE_SECONDS)


def _outcome(folder: Path, this: JobRun, status: int) -> tuple[str, str | None]:
    if this.stop_as == "TIMEOUT":
        return "TIMEOUT", f"Job run timed out after {this.timeout} minutes."
    if this.stop_as:
        return this.stop_as, None
    if status == 0:
        return "SUCCEEDED", None
    printed = (folder / "stderr").read_text(errors="replace")
    return "FAILED", last_exception(printed) or _how_it_ended(status)


def _how_it_ended(status: int) -> str:
    if status < 0:
        return f"Command failed with exit code {128 - status}: killed by signal {-status}."
    return f"Command failed with exit code {status}."


def last_exception(printed: str) -> str | None:
    """The last exception in what Python wrote to stderr, as `Type: message`; None without one."""
    _, traceback, rest = printed.rpartition("Traceback (most recent call last):\n")
    lines = [line for line in rest.splitlines() if line.strip()]
    if not traceback:
        return lines[-1][:2000] if lines and _EXCEPTION.match(lines[-1]) else None
    after = list(itertools.dropwhile(lambda line: line.startswith(" "), lines))
    if not after:
        return None
    # py4j's message goes on in the next line, which names the Java exception.
    more = after[1] if len(after) > 1 and after[1].startswith(": ") else ""
    return (after[0] + more)[:2000]


class Tail:
    """What was added to a file since the last look, in whole lines."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._rest = b""

    def lines(self, *, to_the_end: bool = False) -> list[str]:
        """New lines; an unfinished one only with `to_the_end`."""
        *whole, self._rest = (self._rest + self._file.read()).split(b"\n")
        if to_the_end:
            self._file.close()
            whole += [self._rest] if self._rest else []
        return [line.decode(errors="replace") for line in whole]


def _command(folder: Path, backend: LocalGlueBackend, job: Any, this: JobRun) -> list[str]:
    script = fetch(backend, job.command["ScriptLocation"], folder)
    return [sys.executable, str(script), *itertools.chain(*this.arguments.items())]


def _environment(folder: Path, backend: LocalGlueBackend, this: JobRun) -> dict[str, str]:
    """A clean environment: what Glue has, and nothing of whoever started the cloud."""
    libraries = [fetch(backend, uri, folder) for uri in _list(this, "--extra-py-files")]
    jars = [fetch(backend, uri, folder) for uri in _list(this, "--extra-jars")]
    for uri in _list(this, "--extra-files"):
        fetch(backend, uri, folder)
    more = this.arguments.get("--conf", "")
    properties = spark_conf.write(folder, jars, more, class_archive.options())
    return {
        **spark_conf.environment(folder, properties),
        "PYTHONPATH": os.pathsep.join(map(str, [*libraries, spark_conf.DAEMON])),
        "GLUE_VERSION": this.glue_version,
        "AWS_ENDPOINT_URL": context.current().endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": backend.region_name,
        "AWS_DEFAULT_REGION": backend.region_name,
    }


def _list(this: JobRun, argument: str) -> list[str]:
    return [uri.strip() for uri in (this.arguments.get(argument) or "").split(",") if uri.strip()]


def fetch(backend: LocalGlueBackend, uri: str, folder: Path) -> Path:
    """Copy an object into a folder under its own name. Raises FileNotFoundError."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    buckets = s3_backends[backend.account_id][backend.partition].buckets
    found = buckets[bucket].keys.get(key) if bucket in buckets else None
    if found is None or not hasattr(found, "value"):
        raise FileNotFoundError(f"{uri} does not exist - upload it, or correct the job.")
    target = folder / key.rpartition("/")[2]
    target.write_bytes(found.value)
    return target
