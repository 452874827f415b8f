"""Warm Lambda workers: one process per concurrent execution, kept for the next invocation."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_cloud import admin, children, context

IDLE_SECONDS = 60.0
MOST_WORKERS = 10
# What the Lambda runtime brings: boto3 and what it needs, nothing else of ours.
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")

_lock = threading.RLock()
_pools: dict[str, Pool] = {}


class WorkerDied(Exception):
    """The worker's process ended in the middle of an invocation."""


class WorkerTimedOut(Exception):
    """The invocation took longer than the function's timeout."""


@dataclass(frozen=True)
class Code:
    """What makes two execution environments interchangeable."""

    zips: tuple[bytes, ...]  # the function's, then the layers'
    environment: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        """Equal for equal code and configuration."""
        digest = hashlib.sha256(repr(self.environment).encode())
        for data in self.zips:
            digest.update(hashlib.sha256(data).digest())
        return digest.hexdigest()


class Worker:
    """One execution environment. Not for two threads at a time."""

    def __init__(self, code: Code, fingerprint: str, log_group: str) -> None:
        self.fingerprint = fingerprint
        self.stream = f"{time.strftime('%Y/%m/%d')}/[$LATEST]{uuid.uuid4().hex}"
        self.used = time.monotonic()
        folders = [unpack(data) for data in code.zips]
        paths = [folders[0], *(folder / "python" for folder in folders[1:])]
        ours, theirs = socket.socketpair()
        self._channel, self._answers = ours, ours.makefile("rb")
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        script = Path(__file__).with_name("function_worker.py")
        environment = {
            **dict(code.environment),
            "LAMBDA_TASK_ROOT": str(folders[0]),
            "AWS_LAMBDA_LOG_GROUP_NAME": log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.stream,
        }
        with theirs:
            self.process = children.spawn(
                [sys.executable, "-I", "-S", script, theirs.fileno(), runtime(), *paths],
                env=environment,
                cwd=folders[0],
                stdout=self._log,
                stderr=self._log,
                pass_fds=(theirs.fileno(),),
            )

    def invoke(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The worker's answer. Raises WorkerDied or WorkerTimedOut; then it must be ended."""
        self._channel.settimeout(timeout)
        try:
            self._channel.sendall(json.dumps(request).encode() + b"\n")
            line = self._answers.readline()
        except TimeoutError as error:
            raise WorkerTimedOut from error
        except OSError as error:
            raise WorkerDied from error
        if not line.endswith(b"\n"):
            raise WorkerDied
        self.used = time.monotonic()
        return json.loads(line)

    def may_serve(self, fingerprint: str) -> bool:
        """Whether it has this code and configuration, and lives."""
        return self.fingerprint == fingerprint and self.process.poll() is None

    def printed(self) -> str:
        """What was printed since the last call."""
        # The child writes through the same open file, whose one offset is at the end.
        size = os.fstat(self._log.fileno()).st_size
        start, self._read = getattr(self, "_read", 0), size
        return os.pread(self._log.fileno(), size - start, start).decode(errors="replace")

    def end(self) -> int | None:
        """End the process at once; answers its exit status."""
        self._answers.close()
        self._channel.close()
        with contextlib.suppress(Exception):
            self.process.wait(0.05)
        children.end(self.process, 0)
        self._log.close()
        return self.process.returncode


@dataclass
class Pool:
    """The workers of one function."""

    limit: int = MOST_WORKERS
    idle: list[Worker] = field(default_factory=list)
    working: list[Worker] = field(default_factory=list)
    busy: int = 0  # slots taken, also while a worker starts
    free: threading.Condition = field(default_factory=lambda: threading.Condition(_lock))


@contextlib.contextmanager
def borrowed(name: str, code: Code, limit: int, log_group: str) -> Iterator[tuple[Worker, bool]]:
    """A worker for one invocation and whether it is new; waits while `limit` are busy.

    A worker is returned to the pool unless the block raises; then it is ended.
    """
    fingerprint = code.fingerprint
    with _lock:
        pool = _pools.setdefault(name, Pool())
        pool.limit = limit
        while pool.busy >= pool.limit:
            pool.free.wait()
        pool.busy += 1
        stale = [worker for worker in pool.idle if not worker.may_serve(fingerprint)]
        pool.idle = [worker for worker in pool.idle if worker not in stale]
        worker = pool.idle.pop() if pool.idle else None
    kept = False
    try:
        for old in stale:
            old.end()
        is_new = worker is None
        worker = worker or Worker(code, fingerprint, log_group)
        pool.working.append(worker)
        yield worker, is_new
        kept = True
    finally:
        if worker and not kept:
            worker.end()
        with _lock:
            pool.busy -= 1
            pool.working = [one for one in pool.working if one is not worker]
            if worker and kept:
                pool.idle.append(worker)
            pool.free.notify()


def end_idle(seconds: float = IDLE_SECONDS) -> None:
    """End workers that nobody used for so long."""
    with _lock:
        oldest = time.monotonic() - seconds
        tired = [w for pool in _pools.values() for w in pool.idle if w.used <= oldest]
        for pool in _pools.values():
            pool.idle = [worker for worker in pool.idle if worker not in tired]
    for worker in tired:
        worker.end()


@admin.route("/_local/workers", "GET")
def workers(*_: Any) -> list[dict[str, Any]]:
    """Every execution environment: `function` (its ARN), `pid`, and whether it is `busy`."""
    with _lock:
        return [
            {"function": name, "pid": worker.process.pid, "busy": worker in pool.working}
            for name, pool in _pools.items()
            for worker in [*pool.working, *pool.idle]
        ]


def unpack(data: bytes) -> Path:
    """The folder with a zip's content, unpacked once."""
    folder = context.current().work / "functions" / hashlib.sha256(data).hexdigest()[:24]
    with _lock:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            half = Path(tempfile.mkdtemp(dir=folder.parent))
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                archive.extractall(half)
            half.chmod(0o755)
            half.rename(folder)
    return folder


def runtime() -> Path:
    """A folder with the packages that AWS's runtime has, linked to where they are installed."""
    folder = context.current().work / "lambda-runtime"
    with _lock:
        if not folder.exists():
            half = Path(tempfile.mkdtemp(dir=folder.parent))
            for name in RUNTIME_PACKAGES:
                _link(name, half)
            half.rename(folder)
    return folder


def _link(name: str, folder: Path) -> None:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        return
    origin = Path(found.origin)
    origin = origin.parent if origin.name == "__init__.py" else origin
    try:
        (folder / origin.name).symlink_to(origin, target_is_directory=origin.is_dir())
    except OSError:  # no symbolic links here
        copy = shutil.copytree if origin.is_dir() else shutil.copy
        copy(origin, folder / origin.name)
