"""S3, Glue, SNS and Secrets Manager as moto serves them, and a depot over them and a database."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import boto3
from moto.glue.models import glue_backends

from stagecoach.dataset import Dataset
from stagecoach.depot import Depot
from stagecoach.settings import Settings
from tests.sql.worlds import World

ACCOUNT, REGION = "123456789012", "us-east-1"
ZONES = ("landing", "pinned", "clean", "rejected", "artefacts")


@dataclass
class Cloud:
    """One environment: its buckets, its workflows, its database."""

    world: World
    env: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        """Make the buckets, the topic and the queue that hears it."""
        self.s3 = boto3.client("s3")
        self.glue = boto3.client("glue")
        for zone in ZONES:
            self.s3.create_bucket(Bucket=self.bucket(zone))
        self.s3.put_bucket_versioning(
            Bucket=self.bucket("landing"), VersioningConfiguration={"Status": "Enabled"}
        )
        self.glue.create_database(DatabaseInput={"Name": f"stagecoach_{self.env}"})
        topic = boto3.client("sns").create_topic(Name=self.env)["TopicArn"]
        self.sqs = boto3.client("sqs")
        self.mailbox = self.sqs.create_queue(QueueName=self.env)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.env}"
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self.settings = Settings(
            self.env,
            *(self.bucket(zone) for zone in ZONES),
            *(self.world.server.host, str(self.world.server.port), self.world.database),
            *("no secret", "no ca", topic),
        )

    def bucket(self, zone: str) -> str:
        """The name of a zone's bucket."""
        return f"stagecoach-{self.env}-{zone}-{ACCOUNT}"

    def depot(self) -> Depot:
        """What a function would open."""
        return Depot(self.settings, self.world.ledger())

    def deploy(self, *datasets: Dataset) -> None:
        """Publish declarations, migrate, and make the workflows."""
        self.world.deploy(*datasets)
        for each in datasets:
            key = f"datasets/{each.name}.json"
            self.s3.put_object(Bucket=self.bucket("artefacts"), Key=key, Body=each.to_json())
            self.glue.create_workflow(Name=self.settings.workflow(each.name), MaxConcurrentRuns=1)

    def put(self, key: str, body: bytes = b"id,surface\n1,grass\n") -> dict[str, Any]:
        """A file lands; answers the SQS message that tells of it."""
        answer = self.s3.put_object(Bucket=self.bucket("landing"), Key=key, Body=body)
        return message(
            {
                "detail-type": "Object Created",
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "detail": {
                    "bucket": {"name": self.bucket("landing")},
                    "object": {
                        "key": key,
                        "size": len(body),
                        "etag": answer["ETag"].strip('"'),
                        "version-id": answer["VersionId"],
                        "sequencer": f"{time.time_ns():016X}",
                    },
                },
            }
        )

    def runs(self, dataset: str = "runways") -> list[Any]:
        """The workflow runs of a dataset, as moto keeps them."""
        workflow = glue_backends[ACCOUNT][REGION].workflows[self.settings.workflow(dataset)]
        return list(workflow.runs.values())

    def loads(self) -> list[dict[str, Any]]:
        """Every load, the newest first."""
        return self.world.ledger().loads()

    def mails(self) -> list[str]:
        """The alerts that were published since the last look."""
        answer = self.sqs.receive_message(QueueUrl=self.mailbox, MaxNumberOfMessages=10)
        return [json.loads(each["Body"])["Message"] for each in answer.get("Messages", [])]


def message(body: object) -> dict[str, Any]:
    """An SQS message."""
    text = body if isinstance(body, str) else json.dumps(body)
    return {"messageId": uuid.uuid4().hex, "body": text}
