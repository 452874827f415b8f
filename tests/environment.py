"""A whole local environment for tests, used as a person would: through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from tests.projects import ROOT as ROOT
from tests.projects import union
from workbench import cloud
from workbench.cloud import Cloud
from workbench.state import State
from workbench.targets import FINAL as FINAL

# How long the slowest machine may take: a limit costs time only where something is broken.
PATIENCE = 600


@dataclass
class Environment:
    """A local environment with its state in a folder of its own, used through the command line.

    What it has declared is that of all its projects together.
    """

    home: Path
    projects: Sequence[Path] = (ROOT,)
    clients: dict[str, Any] = field(default_factory=dict)

    def run(
        self, *words: str | Path, timeout: float = PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Run `stagecoach` with these words, as a person would, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "workbench.app", *map(str, words)],
            cwd=ROOT,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def json(self, *words: str | Path, code: int | None = 0) -> Any:
        """What the command prints with --json; None accepts any exit code."""
        result = self.run(*words, "--json")
        assert code in (None, result.returncode), result.stderr
        return json.loads(result.stdout)

    def up(self) -> str:
        """Bring it up, and answer what that took; it may be up already."""
        if len(self.projects) > 1:
            union(self.projects, self.project)
        result = self.run("up")
        assert result.returncode == 0, result.stdout + result.stderr
        self.__dict__.pop("exports", None)
        self.clients.clear()
        return result.stdout

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a child process: ours, without what points elsewhere."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PG", "STAGECOACH_"))
        }
        own = {"STAGECOACH_HOME": str(self.home), "STAGECOACH_PROJECT": str(self.project)}
        return {**kept, **own, "COLUMNS": "160"}

    @property
    def project(self) -> Path:
        """The folder whose declarations it has."""
        return self.projects[0] if len(self.projects) == 1 else self.home / "project"

    @cached_property
    def exports(self) -> dict[str, str]:
        """What `stagecoach env` exports."""
        return self.json("env")

    def client(self, service: str) -> Any:
        """A boto3 client of this environment, made once."""
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.exports["AWS_ENDPOINT_URL"],
                region_name=self.exports["AWS_REGION"],
                aws_access_key_id=self.exports["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.exports["AWS_SECRET_ACCESS_KEY"],
            )
        return self.clients[service]

    def loads(self, dataset: str | None = None, limit: int = 20) -> list[dict[str, Any]]:
        """The newest loads, as `loads --json` prints them, without the price of a process."""
        return list(
            self.invoke("ledger", {"ask": "loads", "dataset": dataset, "limit": limit})["ok"]
        )

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Call one of our functions and wait for its answer, which must be none of an error."""
        name = f"stagecoach-local-{function}"
        reply = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode())
        answer = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, answer
        return dict(answer)

    def sql(self, statement: str, target: str = "postgres") -> list[list[Any]]:
        """The rows of one statement, over the connection that `env` exports."""
        connection = self.connect(target)
        try:
            return list(connection.run(statement) or [])
        finally:
            connection.close()

    def connect(self, target: str = "postgres") -> Any:
        """A pg8000.native connection to a target, as `env` exports it."""
        import ssl

        import pg8000.native

        at, prefix = self.exports, "PG" if target == "postgres" else "STAGECOACH_REDSHIFT_"
        return pg8000.native.Connection(
            user=at[f"{prefix}USER"],
            password=at[f"{prefix}PASSWORD"],
            host=at[f"{prefix}HOST"],
            port=int(at[f"{prefix}PORT"]),
            database=at[f"{prefix}DATABASE"],
            ssl_context=ssl.create_default_context(cafile=at["PGSSLROOTCERT"]),
        )

    @contextmanager
    def moved(self, names: Iterable[str], host: str, address: str) -> Iterator[None]:
        """Publish declarations with another address: new versions of their objects, for a while."""
        s3, bucket = self.client("s3"), self.exports["STAGECOACH_ARTEFACTS"]
        made = []
        try:
            for key in (f"datasets/{name}.json" for name in names):
                text = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
                assert host.encode() in text
                body = text.replace(host.encode(), address.encode())
                made.append((key, s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]))
            yield
        finally:
            for key, version in made:
                s3.delete_object(Bucket=bucket, Key=key, VersionId=version)

    @property
    def cloud(self) -> Cloud:
        """The local cloud as it runs now."""
        return cloud.required(State("local", self.home / "local"))


def eventually(look: Callable[[], Any]) -> Any:
    """The first true answer of `look`, asked again and again. Fails when there is none in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError(f"it did not come true within {PATIENCE} s")
