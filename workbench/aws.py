"""AWS as the workbench sees it: the landing zone and the ledger function, here or there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stagecoach.errors import Permanent, SetupError, Unavailable
from workbench import cloud
from workbench.state import State

LOCAL = {
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "region_name": "us-east-1",
}  # what the local cloud takes; it has no accounts to protect
ZONES = ("landing", "pinned", "clean", "rejected", "artefacts")


@dataclass(frozen=True)
class Delivery:
    """One version of one object in the landing bucket."""

    dataset: str
    bucket: str
    key: str
    version_id: str


class Account:
    """The AWS account of one environment; `local` is the local cloud, which must be up."""

    def __init__(self, env: str = "local") -> None:
        """Raises SetupError when the local cloud is wanted and not up."""
        self.env = env
        endpoint = cloud.required(State.of(env)).endpoint if env == "local" else None
        self._where = {"endpoint_url": endpoint, **LOCAL} if endpoint else {}

    def client(self, service: str) -> Any:
        """A boto3 client for `service`."""
        config = Config(retries={"max_attempts": 3}, read_timeout=120, proxies={})
        if not self._where:
            config = Config(retries={"max_attempts": 3}, read_timeout=120)
        return boto3.client(service, config=config, **self._where)

    @cached_property
    def number(self) -> str:
        """The account id."""
        try:
            return str(self.client("sts").get_caller_identity()["Account"])
        except (BotoCoreError, ClientError) as error:
            raise SetupError(
                f"AWS does not know us in {self.env!r} ({error}) - set AWS_PROFILE and AWS_REGION"
            ) from error

    def bucket(self, zone: str) -> str:
        """The name of the bucket of a zone."""
        return f"stagecoach-{self.env}-{zone}-{self.number}"

    def upload(
        self, dataset: str, path: Path, key: str, on_bytes: Callable[[int], None]
    ) -> Delivery:
        """Put a file into the landing zone; `on_bytes` is told how many bytes went."""
        bucket, s3 = self.bucket("landing"), self.client("s3")
        try:
            transfer = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=64 << 20)
            s3.upload_file(str(path), bucket, key, Callback=on_bytes, Config=transfer)
            version = s3.head_object(Bucket=bucket, Key=key)["VersionId"]
        except (BotoCoreError, ClientError, boto3.exceptions.Boto3Error) as error:
            raise Unavailable(f"{path} could not be put into {bucket}: {error}") from error
        return Delivery(dataset, bucket, key, version)

    def ask(self, **question: Any) -> Any:
        """Ask the ledger function. Raises Permanent with its sentence when it refuses."""
        answer = self.invoke("ledger", question)
        if "error" in answer:
            raise Permanent(answer["error"])
        return answer["ok"]

    def load_id(self, text: str) -> str:
        """What a person typed for a load; `last` is the newest one. Raises Permanent."""
        if text != "last":
            return text
        newest = self.ask(ask="loads", dataset=None, limit=1)
        if not newest:
            raise Permanent("there is no last load, nothing has been loaded yet")
        return str(newest[0]["load_id"])

    def invoke(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        """Call one of our functions and wait for its answer."""
        name = f"stagecoach-{self.env}-{function}"
        try:
            reply = self.client("lambda").invoke(
                FunctionName=name, Payload=json.dumps(event).encode()
            )
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(
                f"function {name} cannot be called: {error} - is it applied?"
            ) from error
        answer = json.loads(reply["Payload"].read() or b"null")
        if reply.get("FunctionError"):
            said = answer.get("errorMessage", answer) if isinstance(answer, dict) else answer
            raise Unavailable(
                f"function {name} failed: {said} - its log group is /aws/lambda/{name}"
            )
        return answer if isinstance(answer, dict) else {"ok": answer}

    def check_workflow(self, dataset: str, consequence: str) -> None:
        """Raises SetupError, with its consequence, when the dataset's workflow is not there whole.

        Its last trigger is made after everything else of it. Whoever may not look is let through.
        """
        glue, name = self.client("glue"), f"stagecoach-{self.env}-{dataset}"
        try:
            glue.get_workflow(Name=name)
            glue.get_trigger(Name=f"{name}-staged")
        except glue.exceptions.EntityNotFoundException:
            command = "stagecoach up" if self.env == "local" else f"make apply ENV={self.env}"
            raise SetupError(
                f"workflow {name} is not there, or not whole: {consequence}"
                f" - run `{command}` to its end"
            ) from None
        except (BotoCoreError, ClientError):
            return

    def running_job(self, dataset: str) -> str | None:
        """Which job of the dataset is running: `transform`, `stage` or None."""
        glue = self.client("glue")
        for step in ("stage", "transform"):
            name = f"stagecoach-{self.env}-{dataset}-{step}"
            try:
                runs = glue.get_job_runs(JobName=name, MaxResults=1)["JobRuns"]
            except (BotoCoreError, ClientError):  # only decoration: the ledger is the truth
                return None
            if runs and runs[0]["JobRunState"] in ("STARTING", "RUNNING", "STOPPING"):
                return step
        return None
