"""What tests of the local cloud make there: names nobody else has, functions, queues, jobs."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
import time
import zipfile
from collections.abc import Callable
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/any"
ACCOUNT = "arn:aws:{service}:us-east-1:123456789012:{rest}"
LIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")
# How long the slowest machine may take: a limit costs time only where something is broken.
PATIENCE = 240.0

_numbers = itertools.count(1)


def fresh(word: str) -> str:
    """A name that no other test uses."""
    return f"{word}-{next(_numbers)}"


def arn(service: str, rest: str) -> str:
    """An ARN in the test account."""
    return ACCOUNT.format(service=service, rest=rest)


def until(answer: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first truthy answer; fails the test when there is none in time."""
    deadline, pause = time.monotonic() + seconds, 0.02
    while time.monotonic() < deadline:
        found = answer()
        if found:
            return found
        time.sleep(pause)
        pause = min(1.3 * pause, 0.5)  # who waits long asks seldom: asking is work for the cloud
    raise AssertionError(f"nothing came in {seconds} seconds")


def zipped(files: dict[str, str]) -> bytes:
    """A zip with these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, textwrap.dedent(text))
    return buffer.getvalue()


def function(cloud: Any, source: str, **settings: Any) -> str:
    """Deploy a function whose handler is `handler.handle` in `source`; answers its name."""
    name = settings.pop("FunctionName", None) or fresh("function")
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    wanted = {"Timeout": 60, "Runtime": "python3.11", "Role": role["Role"]["Arn"], **settings}
    code = {"ZipFile": zipped({"handler.py": source})}
    cloud.client("lambda").create_function(
        FunctionName=name, Handler="handler.handle", Code=code, **wanted
    )
    return name


def invoke(cloud: Any, name: str, event: Any = None, **settings: Any) -> tuple[Any, str | None]:
    """The parsed payload and the function error."""
    payload = json.dumps(event).encode()
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=payload, **settings)
    text = answer["Payload"].read()
    return json.loads(text) if text else None, answer.get("FunctionError")


def queue(cloud: Any, **attributes: str) -> tuple[str, str]:
    """A new queue's URL and ARN."""
    name = fresh("queue")
    url = cloud.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, arn("sqs", name)


def messages(cloud: Any, url: str, count: int = 1) -> list[Any]:
    """The parsed bodies of at least `count` messages, taken from the queue."""
    sqs, found = cloud.client("sqs"), []

    def take() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
        return len(found) >= count

    until(take)
    return found


def bucket(cloud: Any, *, events: bool = True) -> str:
    """A new versioned bucket that tells EventBridge."""
    name, s3 = fresh("bucket"), cloud.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if events:
        configuration: dict[str, Any] = {"EventBridgeConfiguration": {}}
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration=configuration
        )
    return name


def rule(cloud: Any, pattern: dict[str, Any], target: dict[str, Any], **settings: Any) -> str:
    """A rule with one target; answers its name."""
    name, client = fresh("rule"), cloud.client("events")
    client.put_rule(Name=name, EventPattern=json.dumps(pattern), **settings)
    bus = {"EventBusName": settings["EventBusName"]} if "EventBusName" in settings else {}
    client.put_targets(Rule=name, Targets=[{"Id": "1", **target}], **bus)
    return name


def watch(cloud: Any, pattern: dict[str, Any]) -> str:
    """The URL of a queue that receives the events of a pattern."""
    url, queue_arn = queue(cloud)
    rule(cloud, pattern, {"Arn": queue_arn})
    return url


def job(cloud: Any, source: str, **settings: Any) -> str:
    """A job with this script; answers its name."""
    name, scripts = fresh("job"), bucket(cloud, events=False)
    script = textwrap.dedent(source).encode()
    cloud.client("s3").put_object(Bucket=scripts, Key="script.py", Body=script)
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{scripts}/script.py"}
    cloud.client("glue").create_job(
        Name=name, Role=ROLE, Command=command, GlueVersion="5.0", **settings
    )
    return name


def run(cloud: Any, name: str, **settings: Any) -> dict[str, Any]:
    """Start a job and answer its run when it has ended."""
    run_id = cloud.client("glue").start_job_run(JobName=name, **settings)["JobRunId"]
    return ended(cloud, name, run_id)


def ended(cloud: Any, name: str, run_id: str) -> dict[str, Any]:
    """A job run once it has ended."""
    glue = cloud.client("glue")

    def look() -> Any:
        found = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        return found if found["JobRunState"] not in LIVE else None

    found: dict[str, Any] = until(look)
    return found
