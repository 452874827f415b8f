"""The only file that talks to AWS: each client is made once per process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import IO, TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stagecoach.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient

GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "405", "MethodNotAllowed"})
BRISK = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 4})


@cache
def s3() -> S3Client:
    """The S3 client."""
    return boto3.client("s3", config=BRISK)


@cache
def glue() -> GlueClient:
    """The Glue client."""
    return boto3.client("glue", config=BRISK)


@cache
def sns() -> SNSClient:
    """The SNS client."""
    return boto3.client("sns", config=BRISK)


@cache
def secrets() -> SecretsManagerClient:
    """The Secrets Manager client."""
    return boto3.client("secretsmanager", config=BRISK)


@cache
def redshift_data() -> Any:
    """The client of the Redshift Data API."""
    return boto3.client("redshift-data", config=BRISK)


@cache
def sqs() -> Any:
    """The SQS client."""
    return boto3.client("sqs", config=BRISK)


def error_code(error: ClientError) -> str:
    """The code of an AWS error: `NoSuchVersion`, `ConcurrentRunsExceededException`, ..."""
    return str(error.response.get("Error", {}).get("Code", ""))


def read_secret(arn: str) -> dict[str, str]:
    """The JSON object a secret holds. Raises Unavailable when it cannot be read."""
    try:
        text = secrets().get_secret_value(SecretId=arn)["SecretString"]
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"the database secret {arn} cannot be read: {error}") from error
    return dict(json.loads(text))


def read_uri(uri: str) -> bytes:
    """The object at `s3://bucket/key`. Raises Unavailable when it cannot be read."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return s3().get_object(Bucket=bucket, Key=key)["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"{uri} cannot be read: {error}") from error


def write_uri(uri: str, data: bytes) -> None:
    """Write the object at `s3://bucket/key`. Raises Unavailable when it cannot be written."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        s3().put_object(Bucket=bucket, Key=key, Body=data)
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"{uri} cannot be written: {error}") from error


def read_object(bucket: str, key: str) -> bytes | None:
    """An object's bytes, or None when there is none."""
    try:
        return s3().get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error_code(error) in GONE:
            return None
        raise


def size_of(bucket: str, key: str) -> int:
    """The bytes of an object."""
    return int(s3().head_object(Bucket=bucket, Key=key)["ContentLength"])


def head_object(bucket: str, key: str) -> dict[str, Any] | None:
    """The size and the metadata of an object ({size, Metadata}), or None when there is none."""
    try:
        head = s3().head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error_code(error) in GONE:
            return None
        raise
    return {"size": int(head["ContentLength"]), "Metadata": dict(head["Metadata"])}


def upload(file: IO[bytes], bucket: str, key: str, metadata: dict[str, str]) -> str:
    """Put a file, in parts when it is large; answers its version. All of it is there or nothing."""
    s3().upload_fileobj(file, bucket, key, ExtraArgs={"Metadata": metadata})
    return str(s3().head_object(Bucket=bucket, Key=key).get("VersionId", "null"))


def read_range(bucket: str, key: str, start: int, length: int) -> bytes:
    """At most `length` bytes of an object from `start`; empty at its end."""
    wanted = f"bytes={start}-{start + length - 1}"
    try:
        return s3().get_object(Bucket=bucket, Key=key, Range=wanted)["Body"].read()
    except ClientError as error:
        if error_code(error) in {"InvalidRange", "416"}:
            return b""
        raise


def copy_version(bucket: str, key: str, version_id: str, to_bucket: str, to_key: str) -> bool:
    """Copy one version, in parts when it is large. False when that version is gone."""
    source: Any = {"Bucket": bucket, "Key": key, "VersionId": version_id}
    if version_id == "null":
        source.pop("VersionId")
    try:
        s3().copy(source, to_bucket, to_key)
    except ClientError as error:
        if error_code(error) in GONE:
            return False
        raise
    return True


def send_message(queue: str, body: dict[str, Any], delay: int = 0) -> None:
    """Put a message in a queue, by its URL; it comes after `delay` seconds, at most 900."""
    sqs().send_message(QueueUrl=queue, MessageBody=json.dumps(body), DelaySeconds=delay)


def delete_prefix(bucket: str, prefix: str) -> int:
    """Delete every object below a prefix; answers how many."""
    deleted = 0
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        found = [{"Key": item["Key"]} for item in page.get("Contents", [])]
        if found:
            s3().delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})  # type: ignore[typeddict-item]
            deleted += len(found)
    return deleted


def list_objects(bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    """The current objects below a prefix: Key, ETag, Size, LastModified."""
    for page in s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", [])  # type: ignore[misc]


def list_versions(bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    """Every version below a prefix, by key and then the newest first."""
    pages = s3().get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    for page in pages:
        yield from page.get("Versions", [])  # type: ignore[misc]


def run_properties(workflow: str, run_id: str) -> dict[str, str]:
    """The properties of a workflow run. Raises Unavailable when Glue does not tell."""
    try:
        answer = glue().get_workflow_run_properties(Name=workflow, RunId=run_id)
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"the properties of run {run_id} cannot be read: {error}") from error
    return dict(answer["RunProperties"])
