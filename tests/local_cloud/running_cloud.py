"""A `python -m local_cloud` process for tests, and how to talk to it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds: a limit costs time only where something is broken


@dataclass
class RunningCloud:
    """A `python -m local_cloud` process and how to reach it."""

    process: subprocess.Popen[bytes]
    state: Path
    facts: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """What SDKs use as AWS_ENDPOINT_URL."""
        return str(self.facts["endpoint"])

    @property
    def s3_root(self) -> Path:
        """Where objects are files."""
        return Path(self.facts["s3_root"])

    def client(self, service: str, **options: Any) -> Any:
        """A boto3 client that talks to this cloud and does not retry; made once."""
        key = f"{service} {options}"
        if key not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, **options)
            self.clients[key] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=config,
            )
        return self.clients[key]

    def admin(self, path: str, method: str = "GET") -> Any:
        """The JSON of an admin route, such as `/_local/health`."""
        try:
            with urlopen(Request(self.endpoint + path, method=method), timeout=PATIENCE) as answer:
                return json.load(answer)
        except HTTPError as refused:
            return json.load(refused)

    def log(self) -> str:
        """Everything the process has printed so far."""
        return (self.state / "out").read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; answers the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def start_cloud(state: Path, *options: str) -> RunningCloud:
    """Start a local cloud on `state` and wait until it says it is ready."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "out").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_cloud", "--state", str(state), *options],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    cloud = RunningCloud(process, state)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):
            facts = json.loads((state / "cloud.json").read_text())
            if facts["pid"] == process.pid:  # another one is what a crash has left
                cloud.facts = facts
                return cloud
        time.sleep(0.02)
    raise RuntimeError(f"the local cloud did not start:\n{cloud.log()[-3000:]}")
